#pragma once

#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace standings::test {

/// Base of tests of the whole program on either pair of stores: the parameter is `embedded`, or
/// `servers` for PostgreSQL and a private Redis.
class EitherStores : public testing::TestWithParam<const char*> {
protected:
  EitherStores() {
    if (on_servers()) {
      schema_.emplace();
      redis_.emplace();
    }
  }

  [[nodiscard]] static bool on_servers() { return std::string{GetParam()} == "servers"; }

  /// What the service has to be told of its stores.
  [[nodiscard]] std::vector<std::string> store_settings() const {
    return on_servers() ? production_settings(schema_->url(), redis_->port())
                        : std::vector<std::string>{};
  }

  std::optional<postgres_schema> schema_;
  std::optional<redis_server> redis_;
};

} // namespace standings::test
