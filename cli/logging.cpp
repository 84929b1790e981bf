#include "cli/logging.hpp"

#include "cli/log_writer.hpp"
#include "log/lines.hpp"

#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

namespace standings {

namespace {

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
  case log_level::debug:
    return spdlog::level::debug;
  case log_level::info:
    return spdlog::level::info;
  case log_level::warn:
    return spdlog::level::warn;
  case log_level::error:
    break;
  }
  return spdlog::level::err;
}

using line_fn = std::string (*)(const log_record&);

line_fn lines_of(log_format format) {
  if (format == log_format::automatic)
    format = ::isatty(STDERR_FILENO) == 1 ? log_format::text : log_format::json;
  return format == log_format::json ? line_fn{json_line} : text_line;
}

log_writer::notice_fn notice_for(line_fn line) {
  return [line](std::uint64_t dropped) {
    const auto text = std::to_string(dropped)
                      + " lines of the log were dropped here: its reader did not take them in time";
    return line({std::chrono::system_clock::now(), spdlog::level::warn,
                 name_of(log_component::service), text});
  };
}

/// Runs on the thread that logs, and under a lock: so the times of the lines are in order.
class queue_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit queue_sink(line_fn line) : line_(line), writer_(STDERR_FILENO, notice_for(line)) {}

  void use(line_fn line) {
    const std::lock_guard lock{mutex_};
    line_ = line;
    writer_.set_notice(notice_for(line));
  }

  log_writer& writer() { return writer_; }

private:
  void sink_it_(const spdlog::details::log_msg& msg) override {
    const std::string_view component{msg.logger_name.data(), msg.logger_name.size()};
    const std::string_view text{msg.payload.data(), msg.payload.size()};
    writer_.write(line_(
        {std::chrono::system_clock::now(), msg.level, component, text, fields_of_this_line()}));
  }

  void flush_() override {}

  line_fn line_;
  log_writer writer_;
};

std::shared_ptr<queue_sink>& the_sink() {
  static std::shared_ptr<queue_sink> sink;
  return sink;
}

/// Writes the last lines before an abort: they explain it.
void flush_and_abort() {
  try {
    if (const auto thrown = std::current_exception())
      std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    log_to(log_component::service).error("Ending on an uncaught exception: {}", e.what());
  } catch (...) {
    log_to(log_component::service).error("Ending on an uncaught exception");
  }
  flush_log();
  std::abort();
}

} // namespace

void set_up_logging(const log_config& settings) {
  const auto line = lines_of(settings.format);
  auto& sink = the_sink();
  if (!sink) {
    sink = std::make_shared<queue_sink>(line);
    set_log_sink(sink);
    std::set_terminate(flush_and_abort);
  }
  sink->use(line);
  for (const auto& [name, component] : enum_names<log_component>::all) {
    const auto own = settings.levels.find(component);
    set_log_level(component, level_of(own == settings.levels.end() ? settings.level : own->second));
  }
  set_access_log(settings.access);
}

void flush_log(std::chrono::milliseconds limit) {
  if (const auto& sink = the_sink())
    sink->writer().flush(limit);
}

} // namespace standings
