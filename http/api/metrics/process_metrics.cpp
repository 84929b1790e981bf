#include "http/api/metrics/process_metrics.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace standings {

namespace {

/// The fields of /proc/self/stat from the third on: the second is a name that may hold blanks.
struct process_stat {
  double processor_ticks = 0;
  double threads = 0;
  double started_ticks = 0; ///< since boot
  double resident_pages = 0;
};

std::optional<process_stat> read_stat() {
  std::ifstream file{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos)
    return std::nullopt;
  std::istringstream fields{text.substr(name_end + 1)};
  const std::vector<std::string> all{std::istream_iterator<std::string>{fields}, {}};
  if (all.size() < 22)
    return std::nullopt;
  return process_stat{std::stod(all[11]) + std::stod(all[12]), std::stod(all[17]),
                      std::stod(all[19]), std::stod(all[21])};
}

std::optional<double> boot_time() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  double value = 0;
  while (file >> word)
    if (word == "btime" && file >> value)
      return value;
  return std::nullopt;
}

/// Newer kernels tell the number as the directory's size; older ones have to be asked for each.
std::optional<double> open_descriptors() {
  struct stat about {};
  if (::stat("/proc/self/fd", &about) == 0 && about.st_size > 0)
    return static_cast<double>(about.st_size);
  std::error_code error;
  const std::filesystem::directory_iterator files{"/proc/self/fd", error};
  if (error)
    return std::nullopt;
  return static_cast<double>(std::distance(begin(files), end(files)));
}

} // namespace

void add_process(metric_families& to) {
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  if (const auto stat = read_stat()) {
    to.counter("process_cpu_seconds_total", "Processor time of this process.", {},
               stat->processor_ticks / ticks);
    to.gauge("process_resident_memory_bytes", "Memory of this process.", {},
             stat->resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    to.gauge("process_threads", "Threads of this process.", {}, stat->threads);
    if (const auto boot = boot_time())
      to.gauge("process_start_time_seconds", "When this process was started.", {},
               *boot + stat->started_ticks / ticks);
  }
  if (const auto open = open_descriptors())
    to.gauge("process_open_fds", "Open file descriptors.", {}, *open);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    to.gauge("process_max_fds", "File descriptors that may be open.", {},
             as_number(limit.rlim_cur));
}

} // namespace standings
