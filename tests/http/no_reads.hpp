#pragma once

#include "stores/contracts/cache_reads.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace standings::test {

/// Reads of a cache that holds nothing.
class no_reads : public cache_reads {
public:
  bool complete() override { return false; }
  task<result<board_page>> top(period, std::size_t, std::size_t) override {
    co_return board_page{};
  }
  task<result<std::optional<cached_user>>> find(const std::string&) override {
    co_return std::optional<cached_user>{};
  }
  task<result<std::optional<user_rank>>> rank(const std::string&, period) override {
    co_return std::optional<user_rank>{};
  }
  task<result<user_ranks>> ranks(std::vector<std::string> user_ids, period) override {
    co_return user_ranks{0, {user_ids.size(), std::nullopt}};
  }
  task<result<std::optional<neighbourhood>>> around(const std::string&, period,
                                                    std::size_t) override {
    co_return std::optional<neighbourhood>{};
  }
};

} // namespace standings::test
