#include "actors/supervision/system.hpp"

#include "log/log.hpp"
#include "messages/internal/aliases.hpp"
#include "messages/internal/leaderboard.hpp"
#include "messages/internal/leaderboards.hpp"
#include "messages/internal/reconcile.hpp"
#include "messages/internal/sessions.hpp"

#include <caf/deep_to_string.hpp>
#include <caf/to_string.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <thread>

namespace standings {

namespace {

std::string render_errc(std::uint8_t code, caf::atom_value, const caf::message&) {
  return to_string(static_cast<errc>(code));
}

} // namespace

system_config::system_config() {
  add_message_types<caf::id_block::standings_supervision>();
  add_message_types<caf::id_block::standings_leaderboard>();
  add_message_types<caf::id_block::standings_reconcile>();
  add_message_types<caf::id_block::standings_aliases>();
  add_message_types<caf::id_block::standings_sessions>();
  add_message_types<caf::id_block::standings_leaderboards>();
  add_message_types<caf::id_block::standings_internal_supervision>();
  add_message_types<caf::id_block::standings_internal_leaderboard>();
  add_message_types<caf::id_block::standings_internal_reconcile>();
  add_message_types<caf::id_block::standings_internal_aliases>();
  add_message_types<caf::id_block::standings_internal_sessions>();
  add_message_types<caf::id_block::standings_internal_leaderboards>();
  add_error_category(error_category_atom(), render_errc);
  // measured: faster than work stealing when threads send a request and wait for its reply
  set("scheduler.policy", caf::atom("sharing"));
  // CAF starts four threads at least; what blocks has threads of its own here
  set("scheduler.max-threads", std::size_t{std::max(2U, std::thread::hardware_concurrency())});
}

std::string describe(const caf::error& e) {
  if (!e)
    return "normal";
  if (e.category() != error_category_atom())
    return caf::to_string(e);
  const auto f = to_failure(e);
  return f.detail.empty() && f.cause.empty() ? to_string(f.code)
                                             : to_string(f.code) + ": " + explain(f);
}

double random_fraction() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<double>{0.0, 1.0}(engine);
}

caf::error exit_reason_of(const std::string& actor, std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const crash& c) {
    return to_error(c.why);
  } catch (const std::exception& e) {
    log_to(log_component::supervision).error("Failed to go on in {}: {}", actor, e.what());
  } catch (...) {
    log_to(log_component::supervision).error("Failed to go on in {}", actor);
  }
  return to_error(errc::internal, "a defect; see the log");
}

} // namespace standings
