#pragma once

#include "tests/integration/api.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

/// Streams of events, one count each, and the results they must lead to.
namespace standings::test {

using events = std::vector<std::string>; ///< the user of each event

/// Unevenly distributed: few users have most of the events. The same at every call.
inline events generated_events(std::size_t n = 5'000) {
  std::mt19937 random{17};
  events out;
  for (std::size_t i = 0; i < n; ++i) {
    const auto share = static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
    const auto place = static_cast<int>(std::exp(share * std::log(400.0)));
    out.push_back("player " + std::to_string(place));
  }
  return out;
}

/// The recorded events, oldest first, or an extract of them.
inline events recorded_events() {
  std::ifstream file{recorded_data("contributions.csv")};
  events out;
  std::string line;
  std::getline(file, line); // the header
  while (std::getline(file, line)) {
    if (line.ends_with('\r'))
      line.pop_back();
    out.push_back(line.substr(line.find(',') + 1));
  }
  return out;
}

/// The board that results from the events, in board order.
inline std::vector<standing> board_of(const events& all) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& user : all)
    ++counts[user];
  std::vector<standing> out;
  for (const auto& [user, count] : counts)
    out.push_back({user, count});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.score != b.score ? a.score > b.score : a.user_id > b.user_id;
  });
  return out;
}

/// Runs `work(index, connection)` for each index below `n`, on 16 threads.
template <class Work>
void on_sixteen_threads(std::size_t n, Work work) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&, t] {
      for (auto i = next++; i < n; i = next++)
        work(i, t);
    });
  for (auto& thread : threads)
    thread.join();
}

/// Expects both stores to hold exactly `expected`, on the board and user by user.
inline void expect_in_both_stores(service_under_test& service,
                                  const std::vector<standing>& expected) {
  const testing::ScopedTrace log{__FILE__, __LINE__, service.log()};
  auto client = service.client();
  for (const auto& root : {api_root, database_root})
    EXPECT_EQ(whole_board(client, root + "/yearly"), expected) << root;
  for (const auto& s : expected) {
    auto cached = client.get(user_path(s.user_id)).json().as_object();
    auto durable = client.get(database_root + "/user/" + encoded(s.user_id)).json().as_object();
    EXPECT_EQ(number(cached, "yearly_pomo"), s.score) << s.user_id;
    cached.erase("cached_at");
    durable.erase("cached_at");
    EXPECT_EQ(cached, durable) << json::serialize(cached) << " " << json::serialize(durable);
  }
}

} // namespace standings::test
