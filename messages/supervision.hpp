#pragma once

#include "core/base/errc.hpp"
#include "core/base/time.hpp"
#include "messages/error.hpp"
#include "messages/id_blocks.hpp"
#include "messages/inspect.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Messages that every part of the service handles or uses.
namespace standings {

enum class child_state : std::uint8_t { starting, running, backing_off, parked, stopped };

std::string to_string(child_state s);

struct child_status {
  std::string name;
  child_state state = child_state::starting;
  std::uint64_t restarts = 0;
  std::string last_error;
};

/// The status of a feature: its workers, and numbers for monitoring.
struct component_status {
  std::vector<child_status> workers;
  std::vector<std::pair<std::string, std::int64_t>> gauges;
};

struct get_status {};

/// Sent when the edge closes: answer all waiting requests now.
struct stop_waiting {};

/// The thread that accepts connections has ended unexpectedly.
struct listener_ended {};

STANDINGS_INSPECT(child_status, x.name, x.state, x.restarts, x.last_error)
STANDINGS_INSPECT(component_status, x.workers, x.gauges)
STANDINGS_INSPECT(get_status)
STANDINGS_INSPECT(stop_waiting)
STANDINGS_INSPECT(listener_ended)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_supervision, standings::id_blocks::supervision)

CAF_ADD_TYPE_ID(standings_supervision, (standings::errc))
CAF_ADD_TYPE_ID(standings_supervision, (standings::sys_time))
CAF_ADD_TYPE_ID(standings_supervision, (standings::child_state))
CAF_ADD_TYPE_ID(standings_supervision, (standings::child_status))
CAF_ADD_TYPE_ID(standings_supervision, (standings::component_status))
CAF_ADD_TYPE_ID(standings_supervision, (standings::get_status))
CAF_ADD_TYPE_ID(standings_supervision, (standings::stop_waiting))
CAF_ADD_TYPE_ID(standings_supervision, (standings::listener_ended))

CAF_END_TYPE_ID_BLOCK(standings_supervision)

static_assert(standings::id_blocks::fits<caf::id_block::standings_supervision>);
