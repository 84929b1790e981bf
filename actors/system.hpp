#pragma once

#include "core/errc.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/error.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace standings {

/// The actor system's configuration: our message types and our scheduler.
/// Command-line arguments are the cli's; CAF sees none.
class system_config : public caf::actor_system_config {
public:
  system_config();
};

/// An error in words, for the log.
std::string describe(const caf::error& e);

/// Thrown by an actor that cannot go on without its store: "let it crash".
class crash : public std::runtime_error {
public:
  explicit crash(failure f) : std::runtime_error(f.detail), why(std::move(f)) {}
  failure why;
};

/// For set_exception_handler: a crash keeps its failure as the exit reason, any
/// other exception becomes `internal` and its text is logged.
caf::error exit_reason_of(const std::string& actor, std::exception_ptr& thrown);

} // namespace standings
