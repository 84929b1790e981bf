#include "config/text_file.hpp"

#include "config/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

namespace standings {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{2};

failure unreadable(const std::string& why) {
  return fail(errc::out_of_range, "cannot be read: " + why);
}

failure unreadable_by_system() {
  return unreadable(std::generic_category().message(errno));
}

/// Whether there is something to read, or an end, before `until`.
bool await_input(int fd, clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
  pollfd waiting{fd, POLLIN, 0};
  return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

} // namespace

bool everybody_may_read(const std::string& name) {
  std::error_code error;
  const auto permissions = std::filesystem::status(name, error).permissions();
  return !error
         && (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

result<std::string> read_text_file(const std::string& name, std::size_t most_bytes) {
  // without O_NONBLOCK the opening of a pipe waits for its writer
  const descriptor in{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  struct stat state {};
  if (!in.is_open() || ::fstat(in.get(), &state) != 0)
    return unreadable_by_system();
  const auto until = clock::now() + patience;
  if (S_ISFIFO(state.st_mode) && !await_input(in.get(), until))
    return unreadable("nobody writes into this pipe");
  std::string out;
  std::array<char, 65'536> some{};
  for (;;) {
    const auto n = ::read(in.get(), some.data(), some.size());
    if (n == 0)
      return out;
    if (n > 0)
      out.append(some.data(), static_cast<std::size_t>(n));
    else if (errno == EAGAIN && !await_input(in.get(), until))
      return unreadable("its end does not come");
    else if (errno != EAGAIN && errno != EINTR)
      return unreadable_by_system();
    if (out.size() > most_bytes)
      return fail(errc::out_of_range, "is larger than " + std::to_string(most_bytes) + " bytes");
  }
}

} // namespace standings
