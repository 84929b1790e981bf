#include "messages/supervision.hpp"

#include "core/base/enum_names.hpp"

namespace standings {

template <>
struct enum_names<child_state> {
  static constexpr enum_words<child_state, 5> all{{{"starting", child_state::starting},
                                                   {"running", child_state::running},
                                                   {"backing_off", child_state::backing_off},
                                                   {"parked", child_state::parked},
                                                   {"stopped", child_state::stopped}}};
};
static_assert(names_each_until(child_state::stopped));

std::string to_string(child_state value) {
  return std::string{name_of(value)};
}

} // namespace standings
