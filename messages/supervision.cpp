#include "messages/supervision.hpp"

namespace standings {

std::string to_string(child_state s) {
  switch (s) {
  case child_state::starting:
    return "starting";
  case child_state::running:
    return "running";
  case child_state::backing_off:
    return "backing_off";
  case child_state::parked:
    return "parked";
  case child_state::stopped:
    break;
  }
  return "stopped";
}

} // namespace standings
