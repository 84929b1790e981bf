#include "stores/memory/rank_cache.hpp"

#include "stores/contracts/generation.hpp"
#include "stores/memory/entries.hpp"
#include "stores/memory/tombstones.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <utility>
#include <vector>

namespace standings {

namespace {

using namespace memory;

class memory_rank_cache final : public rank_cache, public cache_audit {
public:
  memory_rank_cache(clock_fn clock, score_order order)
      : clock_(std::move(clock)), order_(order), entries_(arguments_of(order)) {
    if (is_ascending())
      rounds_.fill(stale_round + 1);
  }

  result<void> apply(std::span<const user_record> users) override {
    const auto now = cached_at_now();
    for (std::size_t first = 0; first < users.size(); first += written_at_once) {
      const writing lock{*this};
      for (const auto& user :
           users.subspan(first, std::min(written_at_once, users.size() - first))) {
        watermark_ = std::max(watermark_, user.version);
        put(user, now);
      }
    }
    return {};
  }

  result<void> load(std::span<const user_record> users) override { return apply(users); }

  result<void> replay_removals(std::span<const deletion> users) override { return remove(users); }

  using rank_cache::remove;
  result<void> remove(std::span<const deletion> users) override {
    const writing lock{*this};
    for (const auto& user : users) {
      watermark_ = std::max(watermark_, user.version);
      const auto at = entries_.find(user.user_id);
      if (at != entries_.end() && at->version > user.version)
        continue; // the user has come back since
      removed_.add(user.user_id, user.version);
      if (at != entries_.end())
        erase(at);
    }
    return {};
  }

  result<std::optional<cached_user>> find(const std::string& user_id) override {
    const std::shared_lock lock{mutex_};
    const auto at = entries_.find(user_id);
    if (at == entries_.end())
      return std::optional<cached_user>{};
    return std::optional{
        cached_user{record_of(*at), sys_time{std::chrono::seconds{at->cached_at_s}}}};
  }

  result<board_page> top(period board, std::size_t offset, std::size_t limit) override {
    const std::shared_lock lock{mutex_};
    return with_board(board, [&](auto p) {
      const auto& index = entries_.template get<board_tag<p>>();
      board_page page;
      const auto total = size_of<p>();
      page.total_users = total;
      if (offset < total)
        copy_window<p>(index.nth(offset), offset + 1, std::min(limit, total - offset),
                       page.entries);
      return page;
    });
  }

  result<std::optional<user_rank>> rank(const std::string& user_id, period board) override {
    const std::shared_lock lock{mutex_};
    return rank_of(user_id, board);
  }

  result<user_ranks> ranks(std::span<const std::string> user_ids, period board) override {
    user_ranks out;
    out.users.reserve(user_ids.size());
    const std::shared_lock lock{mutex_};
    out.total_users = with_board(board, [this](auto p) { return size_of<p>(); });
    for (const auto& id : user_ids)
      out.users.push_back(rank_of(id, board));
    return out;
  }

  result<std::optional<neighbourhood>> around(const std::string& user_id, period board,
                                              std::size_t limit) override {
    const std::shared_lock lock{mutex_};
    const auto at = entries_.find(user_id);
    if (at == entries_.end())
      return std::optional<neighbourhood>{};
    return with_board(board, [&](auto p) -> std::optional<neighbourhood> {
      if (!is_on(*at, p))
        return std::nullopt;
      const auto& index = entries_.template get<board_tag<p>>();
      const auto place = entries_.template project<board_tag<p>>(at);
      const auto rank = index.rank(place);
      const auto above = std::min<std::size_t>(limit, rank);
      neighbourhood out;
      const auto total = size_of<p>();
      out.total_users = total;
      out.self = {rank + 1, score_of(*at, p), record_of(*at)};
      copy_window<p>(index.nth(rank - above), rank - above + 1, above, out.above);
      copy_window<p>(std::next(place), rank + 2, std::min(limit, total - rank - 1), out.below);
      return out;
    });
  }

  result<void> start_periods(const period_starts& starts) override {
    for (auto p : all_periods)
      with_board(p, [&](auto board) { start_board<board>(starts[board]); });
    return {};
  }

  result<void> clear() override {
    entries dropped{
        arguments_of(order_)}; // freed after the lock is released: a million nodes take a while
    const writing lock{*this};
    complete_ = false;
    rebuilding_ = false; // what it has loaded is lost
    generation_.clear();
    verified_run_.clear();
    entries_.swap(dropped);
    id_bytes_ = 0;
    return {};
  }

  result<void> invalidate() override {
    const writing lock{*this};
    complete_ = false;
    removed_ = tombstones{};
    generation_.clear();
    verified_run_.clear();
    return {};
  }

  result<std::int64_t> watermark() override {
    const std::shared_lock lock{mutex_};
    return watermark_;
  }

  result<void> begin_rebuild() override {
    const writing lock{*this};
    ++rebuild_;
    rebuilding_ = true;
    return {};
  }

  result<std::uint64_t> finish_rebuild() override {
    const auto swept = sweep();
    const writing lock{*this};
    if (!std::exchange(rebuilding_, false))
      return fail(errc::cache_warming, "the cache was cleared during the rebuild");
    generation_ = new_generation();
    complete_ = true;
    return swept;
  }

  std::optional<std::uint64_t> version() override { return version_; }

  std::uint64_t changes() override { return version_; }

  bool complete() override { return complete_; }

  result<bool> verify() override { return bool{complete_}; } // this process loses nothing

  result<cache_state> state() override {
    const std::shared_lock lock{mutex_};
    cache_state out;
    out.reachable = true;
    out.complete = complete_;
    out.generation = generation_;
    for (auto p : all_periods)
      out.members[index_of(p)] = with_board(p, [this](auto board) { return size_of<board>(); });
    out.memory_bytes = bytes();
    return out;
  }

  std::uint64_t memory_bytes() override {
    const std::shared_lock lock{mutex_};
    return bytes();
  }

  // -- cache_audit ---------------------------------------------------------------

  result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                       const period_starts& starts) override {
    std::vector<entry_view> out(user_ids.size());
    const std::shared_lock lock{mutex_};
    for (std::size_t i = 0; i < user_ids.size(); ++i) {
      const auto at = entries_.find(user_ids[i]);
      if (at == entries_.end())
        continue;
      auto user = record_of(*at);
      user.score = effective_scores(user.score, user.updated_at, starts);
      for (std::size_t p = 0; p < period_count; ++p)
        if (is_on(*at, p))
          out[i].board[p] = user.score[p];
      out[i].details = std::move(user);
      out[i].token = token_of(*at);
    }
    return out;
  }

  /// Walks the buckets of the hash index. The cursor contains the number of buckets; if a rehash
  /// has changed it, the walk starts anew.
  result<id_page> list(cache_part, const std::string& cursor) override {
    const std::shared_lock lock{mutex_};
    const auto buckets = entries_.bucket_count();
    std::size_t next = 0;
    std::size_t of = 0;
    std::istringstream{cursor} >> next >> of;
    if (of != buckets)
      next = 0;
    id_page out;
    for (; next < buckets && out.user_ids.size() < batch; ++next)
      for (auto at = entries_.begin(next); at != entries_.end(next); ++at)
        out.user_ids.push_back(at->id);
    if (next < buckets)
      out.next = std::to_string(next) + " " + std::to_string(buckets);
    return out;
  }

  result<std::uint64_t> write_if_unchanged(std::span<const conditional_write> users) override {
    const auto now = cached_at_now();
    const writing lock{*this};
    std::uint64_t written = 0;
    for (const auto& one : users) {
      const auto at = entries_.find(one.user.user_id);
      const auto token = at == entries_.end() ? std::string{} : token_of(*at);
      if (token != one.token || removed_.covers(one.user.user_id, one.user.version))
        continue;
      auto made = make_entry(one.user, now);
      if (at == entries_.end())
        insert(std::move(made));
      else
        entries_.replace(at, made);
      ++written;
    }
    return written;
  }

  result<bool> set_verified_run(const std::string& generation, const std::string& run_id) override {
    const writing lock{*this};
    if (generation_.empty() || generation != generation_)
      return false;
    verified_run_ = run_id;
    return true;
  }

  result<std::string> verified_run() override {
    const std::shared_lock lock{mutex_};
    return verified_run_;
  }

private:
  /// The exclusive lock. What is read after the version changes is at least as new.
  class writing {
  public:
    explicit writing(memory_rank_cache& on) : lock_(on.mutex_) { ++on.version_; }

  private:
    const std::unique_lock<std::shared_mutex> lock_;
  };

  /// The caller holds mutex_.
  [[nodiscard]] std::optional<user_rank> rank_of(const std::string& user_id, period board) const {
    const auto at = entries_.find(user_id);
    if (at == entries_.end())
      return std::nullopt;
    return with_board(board, [&](auto p) -> std::optional<user_rank> {
      if (!is_on(*at, p))
        return std::nullopt;
      const auto place = entries_.template project<board_tag<p>>(at);
      const auto& index = entries_.template get<board_tag<p>>();
      return user_rank{index.rank(place) + 1, score_of(*at, p), size_of<p>()};
    });
  }

  // Where the lower score is better, users without a value in the period are not on the board: they
  // stay in an earlier round, behind all others.

  static constexpr std::int64_t stale_round = 0;

  [[nodiscard]] bool is_ascending() const { return order_ == score_order::asc; }

  [[nodiscard]] bool is_on(const entry& e, std::size_t p) const {
    return !is_ascending() || e.places[p].round() == rounds_[p];
  }

  /// How many users are on the board. The caller holds mutex_.
  template <std::size_t P>
  [[nodiscard]] std::size_t size_of() const {
    const auto& index = entries_.template get<board_tag<P>>();
    if (!is_ascending())
      return index.size();
    return index.lower_bound_rank(place{rounds_[P], 0}.bits(), is_of_round<P>{});
  }

  /// Compares users with the lowest place of a round.
  template <std::size_t P>
  struct is_of_round {
    bool operator()(const entry& e, std::int64_t lowest) const {
      return e.places[P].bits() >= lowest;
    }
    bool operator()(std::int64_t lowest, const entry& e) const {
      return lowest > e.places[P].bits();
    }
  };

  [[nodiscard]] place place_of(std::size_t p, std::int64_t score, sys_time updated_at) const {
    if (!is_ascending())
      return {rounds_[p], score};
    if (!is_on_board(order_, updated_at, starts_[p]))
      return {stale_round, 0};
    return {rounds_[p], score_limit - 1 - score};
  }

  static std::string token_of(const entry& e) { return std::to_string(e.version); }

  [[nodiscard]] entry make_entry(const user_record& user, std::uint32_t now) const {
    entry made{user.user_id, {}, user.version, to_micros(user.updated_at), now, rebuild_};
    const auto score = effective_scores(user.score, user.updated_at, starts_);
    for (std::size_t p = 0; p < period_count; ++p)
      made.places[p] = place_of(p, score[p], user.updated_at);
    return made;
  }

  /// An entry, three pointers and a size for each ranked index, two pointers for
  /// the hashed one, and the allocator's header.
  static constexpr std::size_t node_bytes =
      sizeof(entry) + period_count * 4 * sizeof(void*) + 3 * sizeof(void*);
  static constexpr std::size_t batch = 512; ///< users touched under one exclusive lock
  /// Users written under one exclusive lock: each moves on four boards, and readers wait meanwhile.
  static constexpr std::size_t written_at_once = 16;

  [[nodiscard]] std::uint32_t cached_at_now() const {
    return static_cast<std::uint32_t>(to_micros(clock_()) / 1'000'000);
  }

  [[nodiscard]] std::int64_t score_of(const entry& e, std::size_t p) const {
    if (e.updated_at_us < to_micros(starts_[p]))
      return 0;
    return is_ascending() ? score_limit - 1 - e.places[p].score() : e.places[p].score();
  }

  [[nodiscard]] user_record record_of(const entry& e) const {
    user_record out{e.id, {}, from_micros(e.updated_at_us), e.version};
    for (std::size_t p = 0; p < period_count; ++p)
      out.score[p] = score_of(e, p);
    return out;
  }

  /// The caller holds mutex_.
  [[nodiscard]] std::uint64_t bytes() const {
    return sizeof(*this) + entries_.size() * node_bytes + id_bytes_
           + entries_.bucket_count() * sizeof(void*) + removed_.memory_bytes();
  }

  void insert(entry&& made) {
    id_bytes_ += allocated_bytes(made.id);
    entries_.insert(std::move(made));
  }

  void erase(entries::iterator at) {
    id_bytes_ -= allocated_bytes(at->id);
    entries_.erase(at);
  }

  void put(const user_record& user, std::uint32_t now) {
    if (removed_.covers(user.user_id, user.version))
      return;
    auto made = make_entry(user, now);
    const auto at = entries_.find(user.user_id);
    if (at == entries_.end()) {
      insert(std::move(made));
    } else if (at->version < user.version) {
      entries_.replace(at, made);
    } else {
      entries_.modify(at, [&](entry& e) { e.rebuild = rebuild_; });
    }
  }

  template <std::size_t P, class Iterator>
  void copy_window(Iterator from, std::uint64_t rank, std::size_t limit,
                   std::vector<board_entry>& out) const {
    const auto end = entries_.template get<board_tag<P>>().end();
    out.reserve(std::min(limit, entries_.size()));
    for (; from != end && out.size() < limit; ++from, ++rank)
      out.push_back({rank, score_of(*from, P), record_of(*from)});
  }

  /// Starts a board anew: from now on every user of an earlier round ranks behind those of the new
  /// one. Then moves all users to the new round, a batch per lock.
  template <std::size_t P>
  void start_board(sys_time start) {
    {
      const writing lock{*this};
      if (start <= starts_[P])
        return;
      starts_[P] = start;
      if (rounds_[P] == place::last_round)
        move_to_round<P>(entries_.size(), stale_round);
      ++rounds_[P];
      if (is_ascending())
        return take_to_new_round<P>(start);
    }
    for (bool more = true; more;) {
      const writing lock{*this};
      more = move_to_round<P>(batch, rounds_[P]);
    }
  }

  /// Users of the last round who were written after the start already are on the new board. The
  /// caller holds mutex_.
  template <std::size_t P>
  void take_to_new_round(sys_time start) {
    auto& index = entries_.template get<board_tag<P>>();
    std::vector<decltype(index.begin())> moved;
    for (auto at = index.begin(); at != index.end() && at->places[P].round() == rounds_[P] - 1;
         ++at)
      if (at->updated_at_us >= to_micros(start))
        moved.push_back(at);
    for (auto at : moved)
      index.modify(at, [&](entry& e) { e.places[P] = place{rounds_[P], e.places[P].score()}; });
  }

  /// Moves up to `limit` users of other rounds to `round`; returns whether there may be more. The
  /// caller holds mutex_.
  template <std::size_t P>
  bool move_to_round(std::size_t limit, std::int64_t round) {
    auto& index = entries_.template get<board_tag<P>>();
    rounds_[P] = round;
    // users of the current round come first; with round 0 every user is of another round
    entry last_of_round;
    last_of_round.places[P] = place{round, 0};
    auto at = round == stale_round ? index.begin() : index.upper_bound(last_of_round);
    std::vector<decltype(at)> others;
    for (; at != index.end() && others.size() < limit; ++at)
      others.push_back(at);
    for (auto other : others)
      index.modify(other, [&](entry& e) {
        e.places[P] = place{round, is_ascending() ? 0 : score_of(e, P)};
      });
    return others.size() == limit;
  }

  /// Erases the users that the current rebuild has not seen, a batch per lock.
  std::uint64_t sweep() {
    std::uint64_t swept = 0;
    std::vector<std::string> unseen;
    {
      const std::shared_lock lock{mutex_};
      for (const auto& e : entries_)
        if (e.rebuild != rebuild_)
          unseen.push_back(e.id);
    }
    for (std::size_t first = 0; first < unseen.size(); first += batch) {
      const writing lock{*this};
      const auto last = std::min(first + batch, unseen.size());
      for (std::size_t i = first; i < last; ++i) {
        const auto at = entries_.find(unseen[i]);
        if (at != entries_.end() && at->rebuild != rebuild_) {
          erase(at);
          ++swept;
        }
      }
    }
    return swept;
  }

  const clock_fn clock_;
  const score_order order_;
  std::atomic<bool> complete_ = false; ///< written under mutex_, read without

  std::atomic<std::uint64_t> version_ = 0; ///< counts the exclusive locks

  std::shared_mutex mutex_; ///< guards all below
  entries entries_;
  period_starts starts_{};
  std::array<std::int64_t, period_count> rounds_{}; ///< how often each period has started
  std::uint64_t id_bytes_ = 0;                      ///< of all entries
  tombstones removed_;
  std::string generation_;
  std::string verified_run_;
  std::int64_t watermark_ = 0;
  std::uint32_t rebuild_ = 0;
  bool rebuilding_ = false; ///< begun, but neither finished nor cleared
};

} // namespace

memory_cache make_memory_cache(clock_fn clock, score_order order) {
  auto made = std::make_shared<memory_rank_cache>(std::move(clock), order);
  return {made, made};
}

rank_cache_ptr make_memory_rank_cache(clock_fn clock) {
  return make_memory_cache(std::move(clock)).cache;
}

} // namespace standings
