#include "cli/logging.hpp"

#include "cli/log_writer.hpp"
#include "core/base/presentable.hpp"

#include <boost/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <exception>
#include <memory>
#include <mutex>
#include <string>

namespace standings {

namespace {

/// `%*` in a pattern: the message as a JSON string.
class json_message final : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& msg, const std::tm&,
              spdlog::memory_buf_t& to) override {
    const auto text =
        boost::json::serialize(boost::json::string_view{msg.payload.data(), msg.payload.size()});
    to.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<json_message>();
  }
};

/// `%~` in a pattern: the message on one line, even if it contains external text with line breaks.
class plain_message final : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& msg, const std::tm&,
              spdlog::memory_buf_t& to) override {
    const auto text = presentable({msg.payload.data(), msg.payload.size()});
    to.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<plain_message>();
  }
};

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

std::unique_ptr<spdlog::formatter> formatter_for(log_format format) {
  auto out = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  out->add_flag<json_message>('*');
  out->add_flag<plain_message>('~');
  out->set_pattern(format == log_format::json
                       ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})"
                       : "%Y-%m-%dT%H:%M:%S.%eZ %-5l %~");
  return out;
}

/// Uses its own formatter, because the writer's thread runs it concurrently with the sink's.
log_writer::notice_fn notice_for(log_format format) {
  const std::shared_ptr<spdlog::formatter> formatter = formatter_for(format);
  return [formatter](std::uint64_t dropped) {
    const auto text = std::to_string(dropped)
                      + " lines of the log were dropped here: its reader did not take them in time";
    spdlog::memory_buf_t line;
    formatter->format({"standings", spdlog::level::warn, text}, line);
    return std::string{line.data(), line.size()};
  };
}

class queue_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit queue_sink(log_format format) : writer_(STDERR_FILENO, notice_for(format)) {}

  log_writer& writer() { return writer_; }

private:
  void sink_it_(const spdlog::details::log_msg& msg) override {
    spdlog::memory_buf_t line;
    formatter_->format(msg, line);
    writer_.write({line.data(), line.size()});
  }

  void flush_() override {}

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
    spdlog::critical("Ending on an uncaught exception: {}", e.what());
  } catch (...) {
    spdlog::critical("Ending on an uncaught exception");
  }
  flush_log();
  std::abort();
}

} // namespace

void set_up_logging(const log_config& settings) {
  auto& sink = the_sink();
  if (!sink) {
    sink = std::make_shared<queue_sink>(settings.format);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("standings", sink));
    std::set_terminate(flush_and_abort);
  }
  sink->set_formatter(formatter_for(settings.format));
  sink->writer().set_notice(notice_for(settings.format));
  spdlog::default_logger()->set_level(level_of(settings.level));
}

void flush_log(std::chrono::milliseconds limit) {
  if (const auto& sink = the_sink())
    sink->writer().flush(limit);
}

} // namespace standings
