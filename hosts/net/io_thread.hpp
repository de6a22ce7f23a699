// One of the server's I/O threads, as the host sees it.
//
// Every connection belongs to one I/O thread for life, and everything about it is called there;
// what a host keeps per connection (subscriptions, say) is best kept per I/O thread, in an array
// indexed by index(), without locks.
#pragma once

#include <cstddef>

#include "net/task.hpp"

namespace net {

class IoThread {
 public:
    virtual ~IoThread() = default;

    // Runs `task` on this thread soon, in the order of posting. From any thread. Tasks that pile up
    // are run together, and what they send is written with one system call per connection. False
    // when the thread has ended: the task is then destroyed without having run.
    virtual bool post(Task task) = 0;

    // 0 for the first of the server's threads. From any thread.
    virtual std::size_t index() const = 0;

    // Is the caller on this thread?
    virtual bool is_current() const = 0;
};

}  // namespace net
