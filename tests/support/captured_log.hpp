#pragma once

#include "log/lines.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <mutex>
#include <string>

namespace standings::test {

/// Collects what this process logs, as JSON lines, while it exists.
class captured_log {
public:
  captured_log() { set_log_sink(sink_); }
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;
  ~captured_log() { set_log_sink(std::make_shared<spdlog::sinks::stdout_sink_mt>()); }

  [[nodiscard]] std::string text() const { return sink_->text(); }

private:
  class sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::string text() {
      const std::lock_guard lock{mutex_};
      return text_;
    }

  private:
    void sink_it_(const spdlog::details::log_msg& msg) override {
      text_ += json_line({msg.time,
                          msg.level,
                          {msg.logger_name.data(), msg.logger_name.size()},
                          {msg.payload.data(), msg.payload.size()},
                          fields_of_this_line()});
    }
    void flush_() override {}

    std::string text_;
  };

  std::shared_ptr<sink> sink_ = std::make_shared<sink>();
};

} // namespace standings::test
