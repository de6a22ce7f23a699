// A disk for SQLite that keeps what was not flushed in memory only, can lose its power, and can
// fail.
//
// It wraps the default VFS: a flush writes to the real files, so what a test finds there after a
// cut is what a disk would have. Deleting a file is durable at once. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace whispr::test {

struct UnsyncedDisk;
enum class DiskCall : std::uint8_t { read, write, truncate, flush };

class UnsyncedVfs {
 public:
    /// Registers a VFS of that name until destroyed. All files must be closed by then.
    explicit UnsyncedVfs(std::string name);
    ~UnsyncedVfs();
    UnsyncedVfs(const UnsyncedVfs&) = delete;
    UnsyncedVfs& operator=(const UnsyncedVfs&) = delete;

    [[nodiscard]] const std::string& name() const;

    /// Forgets what was not flushed; each such write reaches the disk nevertheless when `reaches`
    /// says so, for a disk writes in any order it likes. Every call fails until the power is back.
    void cut_power(const std::function<bool()>& reaches = [] { return false; });
    /// All files must be closed.
    void restore_power();

    /// Flushes do nothing, as with PRAGMA synchronous = OFF.
    void ignore_flushes(bool ignore);
    /// Asked before each call; another code than 0 (SQLITE_OK) is what the call then gives. It must
    /// not call back.
    void set_fault(std::function<int(DiskCall, const std::string& path)> fault);
    [[nodiscard]] int flushes() const;

 private:
    const std::unique_ptr<UnsyncedDisk> disk_;
};

}  // namespace whispr::test
