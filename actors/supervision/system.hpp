#pragma once

#include "core/base/errc.hpp"
#include "core/base/result.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/error.hpp>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace standings {

/// The actor system's configuration: our message types and our scheduler. Command-line arguments
/// belong to cli/; CAF gets none.
class system_config : public caf::actor_system_config {
public:
  system_config();
};

/// Renders an error for the log.
std::string describe(const caf::error& e);

/// Thrown by an actor that cannot go on without its store: "let it crash".
class crash : public std::runtime_error {
public:
  explicit crash(failure f) : std::runtime_error(explain(f)), why(std::move(f)) {}
  failure why;
};

/// Returns the value, or ends this actor by throwing `crash`: its next incarnation has new
/// connections.
template <class T>
T must(result<T> r) {
  if (!r)
    throw crash{r.error()};
  return std::move(*r);
}

/// Returns what the factory opens, or ends this actor by throwing `crash`.
template <class Factory>
auto open_or_crash(const Factory& open) {
  return must(open());
}

/// A random number from [0, 1), for jitter. Thread-safe.
double random_fraction();

/// For set_exception_handler: a crash keeps its failure as the exit reason, any
/// other exception becomes `internal` and its text is logged.
caf::error exit_reason_of(const std::string& actor, std::exception_ptr& thrown);

/// For an actor whose state has a `name`. Promises that it holds are not kept when it ends: a front
/// with such needs `answer_on_every_way_out`.
template <class Self>
void end_on_exception(Self* self) {
  self->set_exception_handler([name = std::string{self->state.name}](std::exception_ptr& e) {
    return exit_reason_of(name, e);
  });
}

} // namespace standings
