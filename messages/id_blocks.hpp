#pragma once

#include <caf/type_id.hpp>

/// The first type id of each feature's block. CAF registers block by block, so gaps are harmless; a
/// block that grows beyond its room does not compile.
namespace standings::id_blocks {

constexpr caf::type_id_t room = 100; ///< the largest number of ids in a block

constexpr caf::type_id_t supervision = caf::first_custom_type_id;
constexpr caf::type_id_t leaderboard = supervision + room;
constexpr caf::type_id_t reconcile = leaderboard + room;
constexpr caf::type_id_t aliases = reconcile + room;
constexpr caf::type_id_t sessions = aliases + room;
constexpr caf::type_id_t leaderboards = sessions + room;

constexpr caf::type_id_t internal_supervision = leaderboards + room;
constexpr caf::type_id_t internal_leaderboard = internal_supervision + room;
constexpr caf::type_id_t internal_reconcile = internal_leaderboard + room;
constexpr caf::type_id_t internal_aliases = internal_reconcile + room;
constexpr caf::type_id_t internal_sessions = internal_aliases + room;
constexpr caf::type_id_t internal_leaderboards = internal_sessions + room;

template <class Block>
constexpr bool fits = Block::end - Block::begin <= room;

} // namespace standings::id_blocks
