// The SQL layer's text on a real PostgreSQL, through a driver that is just enough to run it: values
// travel as text, a statement is prepared once, and each store has a schema of its own.
#pragma once

#include <memory>

#include "sql/connection.hpp"
#include "storage_contract.hpp"

namespace whispr::test {

[[nodiscard]] std::unique_ptr<sql::Connection> connect_to_postgres(const std::string& schema,
                                                                   std::shared_ptr<Clock> clock);

class PostgresStore final : public Store {
 public:
    PostgresStore();
    ~PostgresStore() override;

    [[nodiscard]] const std::string& schema() const { return schema_; }

 protected:
    std::shared_ptr<Storage> open(std::shared_ptr<Storage> before) override;

 private:
    std::string schema_;
};

}  // namespace whispr::test
