// The storage on a real PostgreSQL, each store in a schema of its own.
#pragma once

#include <memory>
#include <string>

#include "storage_contract.hpp"
#include "whispr/adapters/postgres.hpp"

namespace whispr::test {

class PostgresStore final : public Store {
 public:
    PostgresStore();
    ~PostgresStore() override;

    [[nodiscard]] const std::string& schema() const { return schema_; }
    [[nodiscard]] PostgresOptions options() const;

 protected:
    std::shared_ptr<Storage> open(std::shared_ptr<Storage> before) override;

 private:
    std::string schema_;
};

/// Statements of the test's own, as the server's owner.
void run_on_postgres(const std::string& sql);

}  // namespace whispr::test
