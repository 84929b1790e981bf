#include "cli/admin_token.hpp"

#include "config/descriptor.hpp"
#include "config/paths.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace standings {

namespace {

constexpr auto file_name = "admin.token";
constexpr std::size_t shortest_token = 16;
constexpr std::size_t longest_token = 4'096;

std::string last_error() {
  return std::generic_category().message(errno);
}

failure no_token(const std::string& file, const std::string& why) {
  return fail(errc::out_of_range, file + " " + why, "admin.token_file");
}

/// The file's first line. A link is followed: secrets are often mounted as one.
result<admin_token> read_token(const std::string& file) {
  const descriptor in{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!in.is_open())
    return no_token(file, "cannot be read: " + last_error());
  struct stat state {};
  if (::fstat(in.get(), &state) != 0 || !S_ISREG(state.st_mode))
    return no_token(file, "is no file");
  std::array<char, longest_token> text{};
  const auto size = ::read(in.get(), text.data(), text.size());
  if (size < 0)
    return no_token(file, "cannot be read: " + last_error());
  std::string_view token{text.data(), static_cast<std::size_t>(size)};
  token = token.substr(0, std::min(token.find('\n'), token.size()));
  if (token.ends_with('\r'))
    token.remove_suffix(1);
  const bool printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (token.size() < shortest_token || !printable)
    return no_token(file, "holds no token: 16 or more printable characters without spaces");
  admin_token out;
  out.token = token;
  out.file = file;
  out.readable_by_others = (state.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0;
  return out;
}

bool exists(const std::string& file) {
  struct stat state {};
  return ::lstat(file.c_str(), &state) == 0;
}

std::string own_file(const config& settings) {
  return resolve_path(settings, file_name);
}

/// Writes the token to a file of another name, and gives it its name when it is complete, unless
/// another process has been faster.
result<void> write_token(const std::string& file, const std::string& token) {
  const auto draft = file + "." + std::to_string(::getpid());
  ::unlink(draft.c_str());
  {
    const descriptor out{
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    const auto line = token + "\n";
    const bool written =
        out.is_open()
        && ::write(out.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size())
        && ::fchmod(out.get(), 0600) == 0 && ::fsync(out.get()) == 0;
    if (!written) {
      const auto why = last_error();
      ::unlink(draft.c_str());
      return no_token(file, "cannot be written: " + why);
    }
  }
  const bool linked = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
  const auto why = last_error();
  ::unlink(draft.c_str());
  if (!linked)
    return no_token(file, "cannot be written: " + why);
  return {};
}

} // namespace

std::string new_token() {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<unsigned char, 43> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("no random numbers");
  std::string out;
  for (const auto byte : random)
    out += alphabet[byte % alphabet.size()]; // 64 divides 256
  return out;
}

result<admin_token> find_admin_token(const config& settings) {
  if (!settings.admin.token.empty()) {
    admin_token out;
    out.token = settings.admin.token;
    return out;
  }
  if (!settings.admin.token_file.empty())
    return read_token(resolve_path(settings, settings.admin.token_file));
  if (const auto file = own_file(settings); exists(file))
    return read_token(file);
  return admin_token{};
}

result<admin_token> find_or_make_admin_token(const config& settings) {
  auto found = find_admin_token(settings);
  if (!found || !found->token.empty())
    return found;
  const auto file = own_file(settings);
  if (const auto done = write_token(file, new_token()); !done)
    return done.error();
  auto made = read_token(file); // another process may have been faster
  if (made)
    made->made = true;
  return made;
}

} // namespace standings
