#include "stores/memory/rank_cache.hpp"
#include "stores/memory/tombstones.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <string>

namespace standings {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_own_allocator = true; // that does not tell what is allocated
#else
constexpr bool has_own_allocator = false;
#endif

/// What malloc has given out and not got back.
double allocated() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

std::vector<user_record> users(const std::string& prefix, int count) {
  std::vector<user_record> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    out.push_back({prefix + std::to_string(i), {i, i, i, i}, system_now(), i + 1});
  return out;
}

void expect_close(double told, double truth, const char* what) {
  EXPECT_LT(std::abs(told - truth), truth / 10) << what << ": told " << told << " of " << truth;
}

class MemoryOfACache : public testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (has_own_allocator)
      GTEST_SKIP() << "the sanitizer's allocator does not tell";
  }
};
INSTANTIATE_TEST_SUITE_P(WithIds, MemoryOfACache,
                         testing::Values("u", "a-rather-long-user-id-of-somebody-"),
                         [](const auto& of) { return of.param[1] ? "Long" : "Short"; });

TEST_P(MemoryOfACache, IsToldWithinATenthOfWhatMallocSays) {
  const auto all = users(GetParam(), 20'000);
  const auto before = allocated();
  const auto cache = make_memory_rank_cache();
  cache->load(all).value();
  expect_close(static_cast<double>(cache->memory_bytes()), allocated() - before, "filled");
  const auto filled = allocated();
  std::vector<deletion> gone;
  for (int i = 0; i < 10'000; ++i)
    gone.push_back({all[static_cast<std::size_t>(i)].user_id, 1'000'000});
  const auto list = allocated() - filled;
  cache->remove(gone).value();
  expect_close(static_cast<double>(cache->memory_bytes()), allocated() - before - list,
               "half removed");
}

TEST_P(MemoryOfACache, IsGivenBackWhenItIsCleared) {
  const auto cache = make_memory_rank_cache();
  const auto empty = cache->memory_bytes();
  cache->load(users(GetParam(), 5'000)).value();
  EXPECT_GT(cache->memory_bytes(), empty + 5'000 * 200);
  cache->clear().value();
  EXPECT_EQ(cache->memory_bytes(), empty);
  cache->begin_rebuild().value();
  cache->load(users(GetParam(), 10)).value();
  cache->finish_rebuild().value();
  cache->begin_rebuild().value();
  cache->finish_rebuild().value();
  EXPECT_EQ(cache->memory_bytes(), empty) << "those that a rebuild does not find are swept";
}

TEST(MemoryOfRemovals, StaysWithinTheirNumber) {
  tombstones few{10};
  const std::string id = "a-rather-long-user-id-of-somebody";
  std::uint64_t most = 0;
  for (int i = 0; i < 1'000; ++i) {
    few.add(id + std::to_string(i % 7), i + 1);
    if (i == 100)
      most = few.memory_bytes();
  }
  EXPECT_GT(most, 0U);
  EXPECT_EQ(few.memory_bytes(), most);
}

} // namespace
} // namespace standings
