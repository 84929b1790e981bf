#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace standings {

/// What an event is about; its name is that of the event at /api/events.
enum class event_kind : std::uint8_t { run, rebuild, restart, held, reset, outage, drift };

std::string_view to_string(event_kind of);

/// Something that has happened in the service, for whoever watches it. It holds no secrets.
struct service_event {
  using value = std::variant<std::string, std::int64_t, bool>;

  event_kind kind{};
  std::string text;                                         ///< one sentence
  std::vector<std::pair<std::string_view, value>> fields{}; ///< named by literals
  /// If set: an earlier event about the same subject is of no interest any more.
  std::string subject{};
};

/// JSON in one line: `at`, `kind`, `text`, and the fields.
[[nodiscard]] std::string event_json(const service_event& what, sys_time at);

/// Where actors tell what happens. Thread-safe.
class event_sink {
public:
  event_sink() = default;
  event_sink(const event_sink&) = delete;
  event_sink& operator=(const event_sink&) = delete;
  virtual ~event_sink() = default;

  virtual void tell(service_event what) = 0;
};

using event_sink_ptr = std::shared_ptr<event_sink>;

/// `to`: null if nobody wants to know.
inline void tell(const event_sink_ptr& to, service_event what) {
  if (to)
    to->tell(std::move(what));
}

} // namespace standings
