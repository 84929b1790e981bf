#include "log/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

namespace standings {

namespace {

using loggers = std::array<std::shared_ptr<spdlog::logger>, log_components>;

/// Named after their components. Write where spdlog writes until `set_log_sink` is called.
loggers& all_loggers() {
  static loggers all = [] {
    loggers out;
    for (const auto& [name, component] : enum_names<log_component>::all) {
      const auto& sinks = spdlog::default_logger_raw()->sinks();
      out[static_cast<std::size_t>(component)] =
          std::make_shared<spdlog::logger>(std::string{name}, sinks.begin(), sinks.end());
    }
    return out;
  }();
  return all;
}

spdlog::logger& logger_of(log_component component) {
  return *all_loggers()[static_cast<std::size_t>(component)];
}

thread_local log_fields line_fields;

std::atomic<access_log> access_mode = access_log::errors;

} // namespace

bool log_line::is_wanted(spdlog::level::level_enum level) const {
  return logger_of(from_).should_log(level);
}

void log_line::put(spdlog::level::level_enum level, std::string_view message) const {
  line_fields = fields_;
  logger_of(from_).log(level, spdlog::string_view_t{message.data(), message.size()});
  line_fields = {};
}

log_fields fields_of_this_line() {
  return line_fields;
}

void set_log_sink(const spdlog::sink_ptr& sink) {
  for (const auto& logger : all_loggers())
    logger->sinks() = {sink};
  spdlog::set_default_logger(all_loggers()[static_cast<std::size_t>(log_component::service)]);
}

void set_log_level(log_component of, spdlog::level::level_enum level) {
  logger_of(of).set_level(level);
}

void set_access_log(access_log mode) {
  access_mode = mode;
}

access_log wanted_access_log() {
  return access_mode;
}

} // namespace standings
