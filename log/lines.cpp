#include "log/lines.hpp"

#include "core/base/json_text.hpp"
#include "core/base/presentable.hpp"

#include <spdlog/fmt/chrono.h>

namespace standings {

namespace {

std::string time_text(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto ms = floor<milliseconds>(time);
  const auto second = floor<seconds>(ms);
  return fmt::format(
      "{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
      fmt::gmtime(system_clock::to_time_t(time_point_cast<system_clock::duration>(second))),
      (ms - second).count());
}

bool names_requests(const log_field& f) {
  return f.name == "request_id" || f.name == "request_ids";
}

void append_plain(std::string& to, std::string_view text) {
  to.append(presentable(text));
}

void append_plain(std::string& to, log_field::texts list) {
  for (std::size_t i = 0; i < list.size(); ++i)
    to.append(i == 0 ? "" : ",").append(presentable(list[i]));
}

void append_plain(std::string& to, std::int64_t number) {
  append_number(to, number);
}

void append_plain(std::string& to, bool value) {
  to.append(value ? "true" : "false");
}

void append_json(std::string& to, std::string_view text) {
  append_presentable_json(to, text);
}

void append_json(std::string& to, log_field::texts list) {
  to += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    to.append(i == 0 ? "" : ",");
    append_presentable_json(to, list[i]);
  }
  to += ']';
}

void append_json(std::string& to, std::int64_t number) {
  append_number(to, number);
}

void append_json(std::string& to, bool value) {
  to.append(value ? "true" : "false");
}

bool is_empty(const log_field& f) {
  const auto* text = std::get_if<std::string_view>(&f.value);
  return text && text->empty();
}

} // namespace

std::string_view level_name(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug)
    return "debug";
  if (level == spdlog::level::info)
    return "info";
  return level == spdlog::level::warn ? "warn" : "error";
}

std::string text_line(const log_record& r) {
  auto out = fmt::format("{} {:<5} [{}] {}", time_text(r.time), level_name(r.level), r.component,
                         presentable(r.message));
  for (const auto& f : r.fields)
    if (names_requests(f) && !is_empty(f)) {
      out.append(" ").append(f.name).append("=");
      std::visit([&out](const auto& value) { append_plain(out, value); }, f.value);
    }
  out += '\n';
  return out;
}

std::string json_line(const log_record& r) {
  auto out = fmt::format(R"({{"time":"{}","level":"{}","message":)", time_text(r.time),
                         level_name(r.level));
  append_presentable_json(out, r.message);
  out.append(R"(,"component":")").append(r.component).append("\"");
  for (const auto& f : r.fields)
    if (!is_empty(f)) {
      out.append(",\"").append(f.name).append("\":");
      std::visit([&out](const auto& value) { append_json(out, value); }, f.value);
    }
  out += "}\n";
  return out;
}

} // namespace standings
