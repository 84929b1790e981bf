#include "sync/reconcile/cache_identity.hpp"
#include "tests/support/cache_store_suite.hpp"

namespace standings {
namespace {

/// What a run has recorded, and a complete cache that it has marked.
class CacheIdentity : public test::complete_rank_cache_suite {
protected:
  void SetUp() override {
    complete_rank_cache_suite::SetUp();
    last_run.run_id = "run-1";
    last_run.verified_up_to = 7;
    mark();
  }

  void mark() {
    last_run.generation = generation();
    ASSERT_TRUE(audit->set_verified_run(last_run.generation, last_run.run_id).value());
  }

  std::string generation() { return cache->state().value().generation; }

  cache_evidence evidence() { return find_evidence(last_run, *cache, *audit).value(); }

  cache_audit_ptr audit = harness->audit();
  run_state last_run;
};
STANDINGS_OVER_RANK_CACHES(CacheIdentity);

TEST_P(CacheIdentity, IsTheGenerationOfACompleteCache) {
  EXPECT_EQ(complete_generation(*cache).value(), generation());
  cache->invalidate().value();
  EXPECT_EQ(complete_generation(*cache).error().code, errc::cache_warming);
}

TEST_P(CacheIdentity, EvidenceIsAMarkOnWhichDatabaseAndCacheAgree) {
  EXPECT_EQ(evidence().generation, generation());
  EXPECT_EQ(evidence().verified_up_to, std::optional<std::int64_t>{7});
}

TEST_P(CacheIdentity, AMarkOfAnotherRunIsNoEvidence) {
  last_run.run_id = "run-2";
  EXPECT_EQ(evidence().verified_up_to, std::nullopt);
}

TEST_P(CacheIdentity, AMarkUnderAnotherGenerationIsNoEvidence) {
  const auto before = last_run.generation;
  rebuild({});
  mark(); // as if a rebuild had kept the mark
  last_run.generation = before;
  EXPECT_EQ(evidence().generation, generation());
  EXPECT_EQ(evidence().verified_up_to, std::nullopt);
}

TEST_P(CacheIdentity, WithoutARunThereIsNoEvidence) {
  last_run = {};
  EXPECT_EQ(evidence().verified_up_to, std::nullopt);
  last_run.generation = generation();
  ASSERT_TRUE(audit->set_verified_run(generation(), "").value());
  EXPECT_EQ(evidence().verified_up_to, std::nullopt);
}

TEST_P(CacheIdentity, AnIncompleteCacheHasNoEvidenceToLookFor) {
  cache->invalidate().value();
  EXPECT_EQ(find_evidence(last_run, *cache, *audit).error().code, errc::cache_warming);
}

} // namespace
} // namespace standings
