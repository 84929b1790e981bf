#pragma once

#include "core/metrics/store_calls.hpp"
#include "stores/contracts/alias_cache.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/history_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/contracts/score_store.hpp"
#include "stores/contracts/session_source.hpp"
#include "stores/contracts/session_store.hpp"

/// Stores that count and time their calls in `metrics`, one meter per contract. Each behaves as the
/// store within. The metrics outlive them.
namespace standings {

[[nodiscard]] score_store_factory measured(score_store_factory open,
                                           const store_metrics_ptr& metrics);
[[nodiscard]] rank_cache_ptr measured(rank_cache_ptr inner, const store_metrics_ptr& metrics);
[[nodiscard]] cache_reads_factory measured(cache_reads_factory make,
                                           const store_metrics_ptr& metrics);
[[nodiscard]] cache_audit_ptr measured(cache_audit_ptr inner, const store_metrics_ptr& metrics);
[[nodiscard]] reconcile_store_factory measured(reconcile_store_factory open,
                                               const store_metrics_ptr& metrics);
[[nodiscard]] run_journal_factory measured(run_journal_factory open,
                                           const store_metrics_ptr& metrics);
[[nodiscard]] history_store_factory measured(history_store_factory open,
                                             const store_metrics_ptr& metrics);
[[nodiscard]] alias_cache_ptr measured(alias_cache_ptr inner, const store_metrics_ptr& metrics);
[[nodiscard]] session_source_factory measured(session_source_factory open,
                                              const store_metrics_ptr& metrics);
[[nodiscard]] session_store_factory measured(session_store_factory open,
                                             const store_metrics_ptr& metrics);

} // namespace standings
