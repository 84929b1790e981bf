#include "messages/error.hpp"

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>

#include <utility>

namespace standings {

namespace {

failure from_system_error(caf::sec code) {
  switch (code) {
  case caf::sec::request_timeout:
    return fail(errc::timed_out, "no answer in time");
  case caf::sec::request_receiver_down:
    return fail(errc::store_unavailable, "the responsible worker is being restarted");
  default:
    return fail(errc::internal, "internal error");
  }
}

} // namespace

caf::error to_error(const failure& f) {
  return caf::make_error(f.code, f.detail, f.field, f.cause);
}

caf::atom_value error_category_atom() {
  // a caf::error with code 0 counts as no error and has no category
  return caf::make_error(errc::internal).category();
}

caf::error to_error(errc code, std::string detail, std::string field) {
  return to_error(failure{code, std::move(detail), std::move(field)});
}

failure to_failure(const caf::error& e) {
  if (!e)
    return fail(errc::internal, "internal error");
  if (e.category() == error_category_atom()) {
    failure f{static_cast<errc>(e.code()), {}, {}, {}};
    if (e.context().match_elements<std::string, std::string, std::string>()) {
      f.detail = e.context().get_as<std::string>(0);
      f.field = e.context().get_as<std::string>(1);
      f.cause = e.context().get_as<std::string>(2);
    }
    return f;
  }
  if (e.category() == caf::make_error(caf::sec::runtime_error).category())
    return from_system_error(static_cast<caf::sec>(e.code()));
  if (e.category() == caf::make_error(caf::exit_reason::kill).category())
    return fail(errc::store_unavailable, "the responsible worker is being restarted");
  return fail(errc::internal, "internal error");
}

} // namespace standings
