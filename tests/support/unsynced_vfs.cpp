#include "support/unsynced_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace whispr::test {

namespace {

/// A write, or a truncation when there are no bytes.
struct Change {
    std::int64_t offset = 0;
    std::string bytes;
};

/// A file as programs see it, and what of that the disk has not got yet.
struct Image {
    std::string content;
    std::vector<Change> unflushed;

    void apply(const Change& change) {
        if (change.bytes.empty()) {
            content.resize(static_cast<std::size_t>(change.offset));
            return;
        }
        const auto offset = static_cast<std::size_t>(change.offset);
        content.resize(std::max(content.size(), offset + change.bytes.size()));
        content.replace(offset, change.bytes.size(), change.bytes);
    }
};

int write_to(sqlite3_file* file, const Change& change) {
    if (change.bytes.empty()) return file->pMethods->xTruncate(file, change.offset);
    return file->pMethods->xWrite(file, change.bytes.data(), static_cast<int>(change.bytes.size()),
                                  change.offset);
}

}  // namespace

struct UnsyncedDisk {
    explicit UnsyncedDisk(std::string the_name) : name(std::move(the_name)) {}

    const std::string name;
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;

    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Image>> images;
    std::function<int(DiskCall, const std::string&)> fault;
    bool power = true;
    bool ignore_flushes = false;
    int flushes = 0;

    int before(DiskCall call, const std::string& path) {
        if (!power) return SQLITE_IOERR;
        return fault ? fault(call, path) : SQLITE_OK;
    }
    void register_with(sqlite3_vfs* wrapped);
    std::shared_ptr<Image> image(const std::string& path, sqlite3_file* file);
};

namespace {

/// What SQLite allocates for an open file; the wrapped VFS's own follows it.
struct OpenFile {
    sqlite3_file base;
    UnsyncedDisk* disk;
    sqlite3_file* real;
    Image* image;
    std::string* path;
    std::shared_ptr<Image>* owner;
};

OpenFile* self(sqlite3_file* file) {
    return reinterpret_cast<OpenFile*>(file);
}
sqlite3_file* real_of(sqlite3_file* file) {
    return self(file)->real;
}

/// A file's calls. Locks and shared memory are the real file's.
struct Calls {
    static int close(sqlite3_file* file) {
        OpenFile* const open = self(file);
        const int code = open->real->pMethods->xClose(open->real);
        delete open->owner;
        delete open->path;
        return code;
    }

    static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
        UnsyncedDisk& disk = *self(file)->disk;
        const std::lock_guard lock(disk.mutex);
        if (const int code = disk.before(DiskCall::read, *self(file)->path); code != SQLITE_OK) {
            return code;
        }
        const std::string& content = self(file)->image->content;
        std::memset(into, 0, static_cast<std::size_t>(size));
        const auto begin = std::min(static_cast<std::size_t>(offset), content.size());
        const std::size_t count =
            content.copy(static_cast<char*>(into), static_cast<std::size_t>(size), begin);
        return count == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }

    static int change(sqlite3_file* file, DiskCall call, Change made) {
        UnsyncedDisk& disk = *self(file)->disk;
        const std::lock_guard lock(disk.mutex);
        if (const int code = disk.before(call, *self(file)->path); code != SQLITE_OK) return code;
        self(file)->image->apply(made);
        self(file)->image->unflushed.push_back(std::move(made));
        return SQLITE_OK;
    }
    static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
        std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
        return change(file, DiskCall::write, {offset, std::move(bytes)});
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        return change(file, DiskCall::truncate, {size, {}});
    }

    static int flush(sqlite3_file* file, int flags) {
        UnsyncedDisk& disk = *self(file)->disk;
        const std::lock_guard lock(disk.mutex);
        if (const int code = disk.before(DiskCall::flush, *self(file)->path); code != SQLITE_OK) {
            return code;
        }
        ++disk.flushes;
        if (disk.ignore_flushes) return SQLITE_OK;
        for (const Change& made : self(file)->image->unflushed) {
            if (const int code = write_to(real_of(file), made); code != SQLITE_OK) return code;
        }
        self(file)->image->unflushed.clear();
        // The test's own machine keeps its power: a real flush would only take time.
        (void)flags;
        return SQLITE_OK;
    }

    static int size(sqlite3_file* file, sqlite3_int64* result) {
        UnsyncedDisk& disk = *self(file)->disk;
        const std::lock_guard lock(disk.mutex);
        *result = static_cast<sqlite3_int64>(self(file)->image->content.size());
        return disk.power ? SQLITE_OK : SQLITE_IOERR;
    }

    static int lock(sqlite3_file* f, int level) {
        return real_of(f)->pMethods->xLock(real_of(f), level);
    }
    static int unlock(sqlite3_file* f, int level) {
        return real_of(f)->pMethods->xUnlock(real_of(f), level);
    }
    static int reserved(sqlite3_file* f, int* result) {
        return real_of(f)->pMethods->xCheckReservedLock(real_of(f), result);
    }
    static int control(sqlite3_file* f, int op, void* argument) {
        // The size of the real file means nothing here, and it must not be mapped.
        if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_MMAP_SIZE) return SQLITE_NOTFOUND;
        return real_of(f)->pMethods->xFileControl(real_of(f), op, argument);
    }
    static int sector(sqlite3_file* f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
    static int characteristics(sqlite3_file*) { return 0; }
    static int map(sqlite3_file* f, int page, int page_size, int extend, void volatile** result) {
        return real_of(f)->pMethods->xShmMap(real_of(f), page, page_size, extend, result);
    }
    static int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
        return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
    }
    static void barrier(sqlite3_file* f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
    static int unmap(sqlite3_file* f, int remove) {
        return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
    }

    static const sqlite3_io_methods* methods() {
        static const sqlite3_io_methods all = [] {
            sqlite3_io_methods m{};
            m.iVersion = 2;
            m.xClose = close;
            m.xRead = read;
            m.xWrite = write;
            m.xTruncate = truncate;
            m.xSync = flush;
            m.xFileSize = size;
            m.xLock = lock;
            m.xUnlock = unlock;
            m.xCheckReservedLock = reserved;
            m.xFileControl = control;
            m.xSectorSize = sector;
            m.xDeviceCharacteristics = characteristics;
            m.xShmMap = map;
            m.xShmLock = shm_lock;
            m.xShmBarrier = barrier;
            m.xShmUnmap = unmap;
            return m;
        }();
        return &all;
    }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
        UnsyncedDisk& disk = *static_cast<UnsyncedDisk*>(vfs->pAppData);
        const std::lock_guard lock(disk.mutex);
        OpenFile* const opened = new (file) OpenFile{};
        if (!disk.power) return SQLITE_IOERR;
        opened->real = reinterpret_cast<sqlite3_file*>(opened + 1);
        const int code = disk.real->xOpen(disk.real, name, opened->real, flags, out);
        if (code != SQLITE_OK) return code;
        opened->disk = &disk;
        opened->path = new std::string(name ? name : "");
        opened->owner = new std::shared_ptr<Image>(disk.image(*opened->path, opened->real));
        opened->image = opened->owner->get();
        opened->base.pMethods = methods();
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
        UnsyncedDisk& disk = *static_cast<UnsyncedDisk*>(vfs->pAppData);
        const std::lock_guard lock(disk.mutex);
        if (!disk.power) return SQLITE_IOERR;
        disk.images.erase(name);
        return disk.real->xDelete(disk.real, name, sync_folder);
    }
};

}  // namespace

std::shared_ptr<Image> UnsyncedDisk::image(const std::string& path, sqlite3_file* file) {
    if (!path.empty()) {
        if (const auto found = images.find(path); found != images.end()) return found->second;
    }
    const auto made = std::make_shared<Image>();
    sqlite3_int64 size = 0;
    if (file->pMethods->xFileSize(file, &size) == SQLITE_OK && size > 0) {
        made->content.resize(static_cast<std::size_t>(size));
        file->pMethods->xRead(file, made->content.data(), static_cast<int>(size), 0);
    }
    if (!path.empty()) images[path] = made;
    return made;
}

void UnsyncedDisk::register_with(sqlite3_vfs* wrapped) {
    real = wrapped;
    vfs = *wrapped;
    vfs.pNext = nullptr;
    vfs.zName = name.c_str();
    vfs.pAppData = this;
    vfs.szOsFile = static_cast<int>(sizeof(OpenFile)) + wrapped->szOsFile;
    vfs.xOpen = Calls::open;
    vfs.xDelete = Calls::remove;
    sqlite3_vfs_register(&vfs, 0);
}

UnsyncedVfs::UnsyncedVfs(std::string name)
    : disk_(std::make_unique<UnsyncedDisk>(std::move(name))) {
    disk_->register_with(sqlite3_vfs_find(nullptr));
}

UnsyncedVfs::~UnsyncedVfs() {
    sqlite3_vfs_unregister(&disk_->vfs);
}

const std::string& UnsyncedVfs::name() const {
    return disk_->name;
}

void UnsyncedVfs::cut_power(const std::function<bool()>& reaches) {
    const std::lock_guard lock(disk_->mutex);
    if (!disk_->power) return;
    disk_->power = false;
    for (const auto& [path, image] : disk_->images) {
        // Written without SQLite: whoever has the file open is past helping.
        std::FILE* const file = std::fopen(path.c_str(), "r+b");
        if (file == nullptr) continue;
        for (const Change& change : image->unflushed) {
            if (change.bytes.empty() || !reaches()) continue;
            std::fseek(file, change.offset, SEEK_SET);
            std::fwrite(change.bytes.data(), 1, change.bytes.size(), file);
        }
        std::fclose(file);
    }
    disk_->images.clear();
}

void UnsyncedVfs::restore_power() {
    const std::lock_guard lock(disk_->mutex);
    disk_->power = true;
}

void UnsyncedVfs::ignore_flushes(bool ignore) {
    const std::lock_guard lock(disk_->mutex);
    disk_->ignore_flushes = ignore;
}

void UnsyncedVfs::set_fault(std::function<int(DiskCall, const std::string&)> fault) {
    const std::lock_guard lock(disk_->mutex);
    disk_->fault = std::move(fault);
}

int UnsyncedVfs::flushes() const {
    const std::lock_guard lock(disk_->mutex);
    return disk_->flushes;
}

}  // namespace whispr::test
