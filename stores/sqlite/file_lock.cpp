#include "stores/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace standings {

result<bool> file_lock::try_acquire() {
  if (descriptor_ >= 0)
    return true;
  const int opened = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (opened < 0)
    return fail_because(errc::store_unavailable, "the lock file cannot be opened",
                        "opening " + path_ + ": " + std::generic_category().message(errno));
  if (::flock(opened, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(opened);
    if (error == EWOULDBLOCK)
      return false;
    return fail_because(errc::store_unavailable, "the lock file cannot be locked",
                        path_ + ": " + std::generic_category().message(error));
  }
  descriptor_ = opened;
  return true;
}

void file_lock::release() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  descriptor_ = -1;
}

} // namespace standings
