#pragma once

#include "log/log.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace standings {

/// What a line of the log consists of.
struct log_record {
  std::chrono::system_clock::time_point time{};
  spdlog::level::level_enum level = spdlog::level::info;
  std::string_view component;
  std::string_view message;
  log_fields fields{};
};

/// The level's name, as in the configuration.
[[nodiscard]] std::string_view level_name(spdlog::level::level_enum level);

/// A line for people: the message says everything but the request, which is added.
[[nodiscard]] std::string text_line(const log_record& r);

/// A JSON object on one line, with the fields as members.
[[nodiscard]] std::string json_line(const log_record& r);

} // namespace standings
