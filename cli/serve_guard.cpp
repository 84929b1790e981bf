#include "cli/serve_guard.hpp"

#include "config/loader.hpp"
#include "config/paths.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace standings {

namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// Resolves links, so that every name of the file results in the same path.
std::string real_path(const config& settings) {
  std::error_code error;
  const auto path = fs::absolute(resolve_path(settings, settings.database.path), error);
  const auto real = fs::weakly_canonical(path, error);
  return error ? path.string() : real.string();
}

/// The nearest existing ancestor of a directory that is still to be created.
fs::path existing_part(fs::path directory) {
  while (!fs::exists(directory) && directory.has_relative_path())
    directory = directory.parent_path();
  return directory;
}

/// Probes the directory too, because SQLite keeps its journal beside the file.
result<void> probe_directory(const config& settings, const std::string& path) {
  const auto parent = fs::path{path}.parent_path();
  std::error_code ignored;
  const bool is_ours =
      parent == fs::weakly_canonical(fs::absolute(settings.data_dir, ignored), ignored);
  const auto directory = is_ours ? existing_part(parent) : parent;
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return fail_because(errc::store_unavailable, "the database's directory cannot be used",
                        directory.string() + ": " + reason(errno)
                            + "; this user has to be able to write there");
  return {};
}

result<void> probe_content(const std::string& path) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, 16> head{};
  std::ifstream in{path, std::ios::binary};
  in.read(head.data(), head.size());
  if (in.gcount() > 0
      && std::string_view{head.data(), static_cast<std::size_t>(in.gcount())} != magic)
    return fail_because(errc::store_unavailable, "the database file is not one of SQLite", path);
  return {};
}

} // namespace

result<void> make_data_directory(const config& settings) {
  std::error_code error;
  fs::create_directories(settings.data_dir, error);
  if (error)
    return fail_because(errc::store_unavailable,
                        "the data directory " + settings.data_dir + " cannot be made",
                        error.message());
  return {};
}

result<void> probe_data_directory(const config& settings) {
  std::error_code ignored;
  const auto wanted = fs::absolute(settings.data_dir, ignored);
  if (fs::is_directory(wanted, ignored))
    return {};
  const auto above = existing_part(wanted);
  if (fs::is_directory(above, ignored) && ::access(above.c_str(), W_OK | X_OK) == 0)
    return {};
  return fail_because(
      errc::store_unavailable, "the data directory " + wanted.string() + " cannot be made",
      above.string() + ": " + (fs::is_directory(above, ignored) ? reason(errno) : "no directory"));
}

bool may_write_data(const config& settings) {
  return ::access(settings.data_dir.c_str(), W_OK | X_OK) == 0;
}

result<void> probe_sqlite_file(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored))
    return fail_because(errc::store_unavailable, "there is no such file", path);
  if (::access(path.c_str(), R_OK) != 0)
    return fail_because(errc::store_unavailable, "the file cannot be read",
                        path + ": " + reason(errno));
  return probe_content(path);
}

result<void> probe_database_file(const config& settings) {
  if (settings.database.backend != database_backend::sqlite)
    return {};
  const auto path = real_path(settings);
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::exists(status)) {
    if (!fs::is_regular_file(status))
      return fail_because(errc::store_unavailable, "the database file is no file", path);
    if (::access(path.c_str(), R_OK | W_OK) != 0)
      return fail_because(errc::store_unavailable, "the database file cannot be used",
                          path + ": " + reason(errno)
                              + "; this user has to be able to read and write it");
    if (auto sound = probe_content(path); !sound)
      return sound;
  }
  return probe_directory(settings, path);
}

result<std::unique_ptr<file_lock>> claim_database_file(const config& settings) {
  if (settings.database.backend != database_backend::sqlite)
    return std::unique_ptr<file_lock>{};
  const auto path = real_path(settings);
  auto lock = std::make_unique<file_lock>(path + ".serve");
  const auto mine = lock->try_acquire();
  if (!mine)
    return mine.error();
  if (!*mine)
    return fail_because(errc::run_in_progress, "another service works on this database file",
                        path + ": stop it first; several instances share PostgreSQL instead");
  return lock;
}

} // namespace standings
