#include "core/base/service_event.hpp"

#include "core/base/json_text.hpp"

namespace standings {

namespace {

void append(std::string& to, const std::string& text) {
  append_json_string(to, text);
}

void append(std::string& to, std::int64_t number) {
  append_number(to, number);
}

void append(std::string& to, bool yes) {
  to.append(yes ? "true" : "false");
}

} // namespace

std::string_view to_string(event_kind of) {
  switch (of) {
  case event_kind::run:
    return "run";
  case event_kind::rebuild:
    return "rebuild";
  case event_kind::restart:
    return "restart";
  case event_kind::held:
    return "held";
  case event_kind::reset:
    return "reset";
  case event_kind::outage:
    return "outage";
  case event_kind::drift:
    return "drift";
  }
  return "unknown";
}

std::string event_json(const service_event& what, sys_time at) {
  std::string out{"{\"at\":\""};
  append_iso8601(out, at);
  out.append("\",\"kind\":\"").append(to_string(what.kind)).append("\",\"text\":");
  append_json_string(out, what.text);
  for (const auto& [name, value] : what.fields) {
    out.append(",\"").append(name).append("\":");
    std::visit([&](const auto& v) { append(out, v); }, value);
  }
  return out.append("}");
}

} // namespace standings
