#pragma once

#include "core/metrics/store_calls.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace standings {

/// The names of a contract's operations. A misspelt name does not compile.
template <std::size_t N>
struct operation_names {
  std::array<std::string_view, N> names;

  [[nodiscard]] consteval std::size_t at(std::string_view name) const {
    for (std::size_t i = 0; i < N; ++i)
      if (names[i] == name)
        return i;
    throw "no such operation";
  }
};

template <class... Names>
operation_names(Names...) -> operation_names<sizeof...(Names)>;

/// Adds a meter for a store; its operations are literals.
template <std::size_t N>
store_meter_ptr add_meter(store_metrics& to, const char* store, const operation_names<N>& of) {
  to.meters.push_back(std::make_shared<store_meter>(store, of.names));
  return to.meters.back();
}

/// Opens stores that report to `meter`; opening one is the operation `open`.
template <class Measured, class Contract>
std::function<result<std::unique_ptr<Contract>>()>
measured_factory(std::function<result<std::unique_ptr<Contract>>()> open, store_meter_ptr meter,
                 std::size_t operation) {
  return [open = std::move(open), meter = std::move(meter),
          operation]() -> result<std::unique_ptr<Contract>> {
    auto opened = meter->measure(operation, open);
    if (!opened)
      return opened;
    return std::unique_ptr<Contract>{std::make_unique<Measured>(std::move(*opened), meter)};
  };
}

} // namespace standings
