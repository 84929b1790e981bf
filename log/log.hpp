#pragma once

#include "log/component.hpp"

#include <spdlog/common.h>
#include <spdlog/fmt/fmt.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Structured logging for every layer. A line has a component, a level, a message that says
/// everything for people, and fields for programs:
///
///     log_to(log_component::scoring, {{"request_id", id}, {"users", n}})
///         .warn("Failed to write a batch of {}: {}", n, why);
namespace standings {

/// A named value of a log line. Refers to its text, which must outlive the line.
struct log_field {
  using texts = std::span<const std::string>;

  template <std::integral Number>
  log_field(std::string_view n, Number number) : name(n) {
    if constexpr (std::same_as<Number, bool>)
      value = number;
    else
      value = static_cast<std::int64_t>(number);
  }
  log_field(std::string_view n, std::string_view text) : name(n), value(text) {}
  log_field(std::string_view n, const char* text) : name(n), value(std::string_view{text}) {}
  log_field(std::string_view n, const std::string& text) : name(n), value(std::string_view{text}) {}
  log_field(std::string_view n, texts list) : name(n), value(list) {}

  std::string_view name;
  std::variant<std::int64_t, bool, std::string_view, texts> value;
};

using log_fields = std::span<const log_field>;

/// A line that is being written; lives within the statement that writes it.
class log_line {
public:
  log_line(log_component from, std::initializer_list<log_field> fields)
      : from_(from), fields_(fields.begin(), fields.size()) {}

  template <class... Args>
  void debug(spdlog::format_string_t<Args...> text, Args&&... args) const {
    write(spdlog::level::debug, text, std::forward<Args>(args)...);
  }

  template <class... Args>
  void info(spdlog::format_string_t<Args...> text, Args&&... args) const {
    write(spdlog::level::info, text, std::forward<Args>(args)...);
  }

  template <class... Args>
  void warn(spdlog::format_string_t<Args...> text, Args&&... args) const {
    write(spdlog::level::warn, text, std::forward<Args>(args)...);
  }

  template <class... Args>
  void error(spdlog::format_string_t<Args...> text, Args&&... args) const {
    write(spdlog::level::err, text, std::forward<Args>(args)...);
  }

  template <class... Args>
  void write(spdlog::level::level_enum level, spdlog::format_string_t<Args...> text,
             Args&&... args) const {
    if (is_wanted(level))
      put(level, fmt::format(text, std::forward<Args>(args)...));
  }

  [[nodiscard]] bool is_wanted(spdlog::level::level_enum level) const;

private:
  void put(spdlog::level::level_enum level, std::string_view message) const;

  log_component from_;
  log_fields fields_;
};

[[nodiscard]] inline log_line log_to(log_component from,
                                     std::initializer_list<log_field> fields = {}) {
  return {from, fields};
}

/// The fields of the line that this thread is writing, for the sink.
[[nodiscard]] log_fields fields_of_this_line();

/// Where all components write from now on. Call it before other threads log.
void set_log_sink(const spdlog::sink_ptr& sink);

/// Thread-safe.
void set_log_level(log_component of, spdlog::level::level_enum level);

/// Thread-safe, both.
void set_access_log(access_log mode);
[[nodiscard]] access_log wanted_access_log();

} // namespace standings
