#include "cli/cache_bench.hpp"

#include "cli/output.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <vector>

namespace standings {

namespace {

namespace json = boost::json;
using clock = std::chrono::steady_clock;

constexpr std::size_t bench_rounds = 2'000;

struct latency {
  const char* what;
  double p50_us;
  double p99_us;
  double max_us;
};

latency summarize(const char* what, std::vector<clock::duration> took) {
  std::sort(took.begin(), took.end());
  const auto us = [&](double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(took.size() - 1));
    return std::chrono::duration<double, std::micro>(took[at]).count();
  };
  return {what, us(0.5), us(0.99), us(1.0)};
}

/// Measures repeated calls of `f`; stops at the first failure.
template <class F>
result<latency> measure(const char* what, const F& f) {
  std::vector<clock::duration> took;
  took.reserve(bench_rounds);
  for (std::size_t i = 0; i < bench_rounds; ++i) {
    const auto start = clock::now();
    if (const auto done = f(i); !done)
      return done.error();
    took.push_back(clock::now() - start);
  }
  return summarize(what, std::move(took));
}

json::object to_json(const latency& l) {
  return {{"name", l.what}, {"p50_us", l.p50_us}, {"p99_us", l.p99_us}, {"max_us", l.max_us}};
}

void print(const std::vector<latency>& all) {
  std::cout << grouped(bench_rounds) << " calls each, one after the other\n";
  for (const auto& l : all)
    std::printf("%-10s p50 %8.1f us   p99 %8.1f us   max %8.1f us\n", l.what, l.p50_us, l.p99_us,
                l.max_us);
}

} // namespace

int bench_cache(const invocation& with, rank_cache& cache) {
  const auto top = cache.top(period::yearly, 0, 1'000);
  if (!top)
    return failed(with, "read the board", top.error());
  if (top->entries.empty()) {
    print_error(with.json, "empty", "The board is empty; nothing to measure");
    return exit_failed;
  }
  const auto user = [&](std::size_t i) {
    return top->entries[i % top->entries.size()].user;
  };
  const auto ignore = [](const auto& r) -> result<void> {
    if (!r)
      return r.error();
    return {};
  };
  const std::array measured{
      measure("top-10", [&](std::size_t) { return ignore(cache.top(period::daily, 0, 10)); }),
      measure("rank",
              [&](std::size_t i) { return ignore(cache.rank(user(i).user_id, period::daily)); }),
      measure("user", [&](std::size_t i) { return ignore(cache.find(user(i).user_id)); }),
      // a state that is not newer changes nothing, but takes the full path
      measure("apply", [&](std::size_t i) { return cache.apply(std::array{user(i)}); })};
  std::vector<latency> all;
  json::array as_json;
  for (const auto& m : measured) {
    if (!m)
      return failed(with, "measure", m.error());
    all.push_back(*m);
    as_json.push_back(to_json(*m));
  }
  if (with.json)
    print_json({{"calls", bench_rounds}, {"latencies", as_json}});
  else
    print(all);
  return exit_done;
}

} // namespace standings
