#include "sync/reconcile/row_backup.hpp"

#include "core/leaderboard/details_json.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace standings {

namespace {

bool write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto n = ::write(file, text.data() + done, text.size() - done);
    if (n < 0)
      return false;
    done += static_cast<std::size_t>(n);
  }
  return ::fsync(file) == 0;
}

/// Makes the name of a new file as durable as its content.
bool sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = directory >= 0 && ::fsync(directory) == 0;
  if (directory >= 0)
    ::close(directory);
  return done;
}

} // namespace

result<void> back_up_rows(const std::string& directory, const std::string& run_id,
                          std::span<const user_record> rows) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const auto path = std::filesystem::path{directory} / (run_id + ".jsonl");
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return fail(errc::store_unavailable, "the backup file cannot be opened");
  std::string text;
  for (const auto& row : rows)
    text += details_json(row, row.updated_at) + "\n";
  const bool written = write_all(file, text) && sync_directory(directory);
  ::close(file);
  if (!written)
    return fail(errc::store_unavailable, "the backup cannot be written");
  return {};
}

} // namespace standings
