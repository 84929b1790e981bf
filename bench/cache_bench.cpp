/// Micro benchmarks of the memory cache, each figure beside its target.

#include "stores/memory/rank_cache.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace standings {
namespace {

constexpr std::int64_t small = 10'000;
constexpr std::int64_t medium = 100'000;
constexpr std::int64_t large = 1'000'000;
constexpr std::int64_t huge = 10'000'000; ///< for `fill` and `rank` alone
constexpr std::size_t prepared = 16'384; ///< operands prepared at a time, outside the measured time
constexpr period board = period::yearly;

std::string user_id(std::size_t i) {
  std::string digits = std::to_string(i);
  return "user-" + std::string(7 - digits.size(), '0') + digits; // 12 characters
}

/// Zipf-like over the year, a share of it in the shorter periods: few leaders,
/// and many ties at the bottom.
scores scores_at(std::size_t place) {
  const auto yearly = 1e6 / std::pow(static_cast<double>(place + 1), 0.8);
  const auto share = [&](double part) {
    return static_cast<std::int64_t>(yearly * part);
  };
  return {share(0.004), share(0.025), share(0.1), share(1.0)};
}

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

template <class T>
T must(result<T> r) {
  if (!r)
    throw std::runtime_error("the cache failed: " + r.error().detail);
  return std::move(*r);
}

void must(const result<void>& r) {
  if (!r)
    throw std::runtime_error("the cache failed: " + r.error().detail);
}

/// A cache with `n` users, and the time and memory that filling it took.
class filled_cache {
public:
  explicit filled_cache(std::size_t n) : users(n) {
    const auto places = shuffled_places();
    const auto memory_before = resident_bytes();
    const auto start = std::chrono::steady_clock::now();
    std::vector<user_record> batch;
    for (std::size_t i = 0; i < n; ++i) {
      batch.push_back({user_id(i), scores_at(places[i]), system_now(), ++version});
      if (batch.size() == 500 || i + 1 == n) {
        must(cache->apply(batch));
        batch.clear();
      }
    }
    fill_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    resident = resident_bytes() - memory_before;
  }

  /// Created once per size and kept: memory that a destroyed cache returned to the allocator would
  /// falsify the next one's growth.
  static filled_cache& of_size(std::int64_t n) {
    static std::map<std::int64_t, std::unique_ptr<filled_cache>> all;
    auto& found = all[n];
    if (!found)
      found = std::make_unique<filled_cache>(static_cast<std::size_t>(n));
    return *found;
  }

  /// All numbers below `users`, in random order.
  [[nodiscard]] std::vector<std::uint32_t> shuffled_places() {
    std::vector<std::uint32_t> out(users);
    for (std::size_t i = 0; i < users; ++i)
      out[i] = static_cast<std::uint32_t>(i);
    std::shuffle(out.begin(), out.end(), random_);
    return out;
  }

  std::vector<std::string> random_ids() {
    std::uniform_int_distribution<std::size_t> any{0, users - 1};
    std::vector<std::string> out(prepared);
    std::generate(out.begin(), out.end(), [&] { return user_id(any(random_)); });
    return out;
  }

  /// The next update of `prepared` random users, one more in every period.
  std::vector<user_record> next_updates() {
    std::map<std::string, user_record> newest; // a user may be drawn twice
    std::vector<user_record> out;
    for (const auto& id : random_ids()) {
      auto at = newest.find(id);
      if (at == newest.end())
        at = newest.emplace(id, must(cache->find(id)).value().user).first;
      auto& user = at->second;
      for (auto& score : user.score)
        ++score;
      user.updated_at = system_now();
      user.version = ++version;
      out.push_back(user);
    }
    return out;
  }

  const std::size_t users;
  const rank_cache_ptr cache = make_memory_rank_cache();
  std::int64_t version = 0;
  double fill_seconds = 0;
  std::size_t resident = 0;

private:
  std::mt19937_64 random_{20};
};

// -- the benchmarks --------------------------------------------------------------

void fill(benchmark::State& state) {
  auto& with = filled_cache::of_size(state.range(0));
  const auto n = static_cast<double>(with.users);
  for ([[maybe_unused]] auto _ : state)
    state.SetIterationTime(with.fill_seconds);
  state.counters["rss_B/user"] = static_cast<double>(with.resident) / n;
  state.counters["state_B/user"] = static_cast<double>(must(with.cache->state()).memory_bytes) / n;
  state.counters["ns/user"] = with.fill_seconds * 1e9 / n;
}

void update(benchmark::State& state) {
  auto& with = filled_cache::of_size(state.range(0));
  while (state.KeepRunningBatch(prepared)) {
    state.PauseTiming();
    const auto updates = with.next_updates();
    state.ResumeTiming();
    for (const auto& user : updates)
      must(with.cache->apply({&user, 1}));
  }
}

/// Runs `read(cache, id)` for random users.
template <class Read>
void for_random_users(benchmark::State& state, const Read& read) {
  auto& with = filled_cache::of_size(state.range(0));
  const auto ids = with.random_ids();
  std::size_t next = 0;
  for ([[maybe_unused]] auto _ : state) {
    auto found = must(read(*with.cache, ids[next++ % prepared]));
    if (!found)
      throw std::runtime_error("a user is missing");
    benchmark::DoNotOptimize(found);
  }
}

void rank(benchmark::State& state) {
  for_random_users(state, [](rank_cache& c, const std::string& id) { return c.rank(id, board); });
}

void around_5(benchmark::State& state) {
  for_random_users(state,
                   [](rank_cache& c, const std::string& id) { return c.around(id, board, 5); });
}

void find(benchmark::State& state) {
  for_random_users(state, [](rank_cache& c, const std::string& id) { return c.find(id); });
}

void top_10(benchmark::State& state) {
  auto& with = filled_cache::of_size(state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    auto page = must(with.cache->top(board, 0, 10));
    benchmark::DoNotOptimize(page);
  }
}

/// What O(log n) costs on this machine, whose memory is slower the more of it is in use: a look-up
/// in a std::map of as many users.
void map_reference(benchmark::State& state) {
  auto& with = filled_cache::of_size(state.range(0));
  std::map<std::string, std::int64_t> map;
  for (const auto place : with.shuffled_places())
    map.emplace(user_id(place), place);
  const auto ids = with.random_ids();
  std::size_t next = 0;
  for ([[maybe_unused]] auto _ : state) {
    auto found = map.find(ids[next++ % prepared]);
    benchmark::DoNotOptimize(found);
  }
}

void register_all() {
  const auto sized = [](const char* name, void (*f)(benchmark::State&)) {
    return benchmark::RegisterBenchmark(name, f)->Arg(small)->Arg(medium)->Arg(large)->Unit(
        benchmark::kNanosecond);
  };
  // first and only once: the caches are created here, smallest first, in fresh memory
  sized("fill", fill)->Arg(huge)->Iterations(1)->Repetitions(1)->UseManualTime();
  const auto repeated = [&](const char* name, void (*f)(benchmark::State&)) {
    return sized(name, f)->Repetitions(5)->MinTime(0.15);
  };
  repeated("update", update);
  repeated("rank", rank)->Arg(huge);
  repeated("top_10", top_10);
  repeated("around_5", around_5);
  repeated("find", find);
  repeated("map_reference", map_reference); // last: it returns memory to the allocator
}

// -- the summary -----------------------------------------------------------------

/// Prints medians, and remembers the CPU times and counters of all runs.
class recorder final : public benchmark::ConsoleReporter {
public:
  recorder() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown;
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(shown), [](const Run& run) {
      return run.error_occurred || run.repetitions == 1 || run.aggregate_name == "median";
    });
    ConsoleReporter::ReportRuns(shown);
    for (const auto& run : runs) {
      if (run.error_occurred || run.run_type != Run::RT_Iteration)
        continue;
      const auto name = run.run_name.function_name + "/" + run.run_name.args;
      seen_[name].push_back(run.GetAdjustedCPUTime());
      for (const auto& [counter, value] : run.counters)
        seen_[std::string{name}.append(" ").append(counter)].push_back(value.value);
    }
  }

  /// The median over the repetitions; 0 if it did not run.
  [[nodiscard]] double measured(const std::string& figure) const {
    const auto at = seen_.find(figure);
    if (at == seen_.end())
      return 0;
    auto all = at->second;
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  }

private:
  std::map<std::string, std::vector<double>> seen_;
};

void print_line(const std::string& figure, double measured, const char* unit, double target) {
  if (measured <= 0 || target <= 0)
    return; // filtered out
  char measured_text[32];
  char target_text[32];
  std::snprintf(measured_text, sizeof measured_text, "%.2f %s", measured, unit);
  std::snprintf(target_text, sizeof target_text, "<= %.4g %s", target, unit);
  std::printf("%-46s %14s %14s  %s\n", figure.c_str(), measured_text, target_text,
              measured <= target ? "ok" : "NOT REACHED");
}

void print_summary(const recorder& from) {
  const auto at_large = [&](const std::string& name) {
    return from.measured(name + "/" + std::to_string(large));
  };
  /// The growth of the time relative to that of log n. 1 is O(log n) if memory is equally fast at
  /// any size; the reference shows the value on this machine.
  const auto growth = [&](const std::string& name) {
    const auto before = from.measured(name + "/" + std::to_string(small));
    const auto by_log = std::log(large) / std::log(small);
    return before > 0 ? at_large(name) / before / by_log : 0;
  };
  const auto log_n_here = 1.5 * growth("map_reference");
  std::printf("\n%-46s %14s %14s\n", "figure", "measured", "target");
  print_line("update, 10^6 users", at_large("update") / 1e3, "us", 15);
  print_line("rank of a random user, 10^6 users", at_large("rank") / 1e3, "us", 5);
  print_line("top-10, 10^6 users", at_large("top_10") / 1e3, "us", 1);
  const auto fill_large = "fill/" + std::to_string(large);
  print_line("memory a user, 10^6 users (RSS)", from.measured(fill_large + " rss_B/user"), "B",
             260);
  print_line("memory a user, 10^6 users (its own count)",
             from.measured(fill_large + " state_B/user"), "B", 260);
  const auto at_huge = [&](const std::string& name) {
    return "/" + std::to_string(huge) + name;
  };
  print_line("memory a user, 10^7 users (RSS)", from.measured("fill" + at_huge(" rss_B/user")), "B",
             260);
  const auto few = from.measured("rank/" + std::to_string(small));
  print_line("rank, 10^7 users beside 10^4",
             few > 0 ? from.measured("rank" + at_huge("")) / few : 0, "x", 2.5);
  print_line("update, growth 10^4 to 10^6 over log n", growth("update"), "x", log_n_here);
  print_line("rank, growth 10^4 to 10^6 over log n", growth("rank"), "x", log_n_here);
  print_line("top-10, growth 10^4 to 10^6 over log n", growth("top_10"), "x", log_n_here);
}

} // namespace
} // namespace standings

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  standings::register_all();
  standings::recorder recorder;
  benchmark::RunSpecifiedBenchmarks(&recorder);
  standings::print_summary(recorder);
  benchmark::Shutdown();
}
