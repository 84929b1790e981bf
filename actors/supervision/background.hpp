#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <utility>

namespace standings {

/// How nice (see nice(2)) threads are that work through all users: they get what the threads that
/// answer requests leave of a busy processor.
inline constexpr int background_niceness = 10;

/// A factory that makes the thread that calls it a background thread. For the factory of a detached
/// worker's store, which the worker calls on its own thread when it starts. The thread stays one.
template <class Opened>
std::function<Opened()> in_background(std::function<Opened()> open) {
  return [open = std::move(open)] {
    // if it fails, the thread is as quick as the others
    static_cast<void>(
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), background_niceness));
    return open();
  };
}

} // namespace standings
