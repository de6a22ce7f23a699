// An S3 server of this process's own (radosgw on a Ceph in memory), gone with it, and a bucket in
// it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "blob_store_contract.hpp"

namespace whispr::test {

class S3Server {
 public:
    /// Started at the first call, which ends the program as a test that did not run where the
    /// server is not installed.
    static S3Server& shared();
    ~S3Server();
    S3Server(const S3Server&) = delete;
    S3Server& operator=(const S3Server&) = delete;

    /// To a bucket that is there.
    [[nodiscard]] S3Options options() const;

 private:
    S3Server();

    const BlobFolder folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
    int input_ = -1;
};

/// Each has a prefix of its own.
class S3BucketUnderTest final : public BlobStoreUnderTest {
 public:
    S3BucketUnderTest();
    void reopen() override;
    [[nodiscard]] bool readers_outlive_removal() const override { return false; }

 private:
    BlobFolder spool_;
    S3Options options_;
};

}  // namespace whispr::test
