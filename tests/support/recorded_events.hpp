#pragma once

#include "core/base/service_event.hpp"

#include <string>
#include <utility>
#include <vector>

namespace standings::test {

/// Keeps what it is told; for one thread.
class recorded_events final : public event_sink {
public:
  void tell(service_event what) override { all.push_back(std::move(what)); }

  /// The value of a field as JSON prints it, or "" if the event has none of that name.
  static std::string field(const service_event& of, std::string_view name) {
    for (const auto& [known, value] : of.fields)
      if (known == name) {
        if (const auto* text = std::get_if<std::string>(&value))
          return *text;
        if (const auto* number = std::get_if<std::int64_t>(&value))
          return std::to_string(*number);
        return std::get<bool>(value) ? "true" : "false";
      }
    return {};
  }

  /// `kind state`, one for each event.
  [[nodiscard]] std::vector<std::string> states() const {
    std::vector<std::string> out;
    for (const auto& event : all)
      out.push_back(std::string{to_string(event.kind)} + " " + field(event, "state"));
    return out;
  }

  std::vector<service_event> all;
};

} // namespace standings::test
