#pragma once

#include "core/limits/address_counts.hpp"
#include "core/limits/client_address.hpp"
#include "core/metrics/traffic.hpp"
#include "http/server/access_log.hpp"
#include "http/server/auth.hpp"
#include "http/server/connection.hpp"
#include "http/server/deadlines.hpp"
#include "http/server/limits.hpp"
#include "http/server/loop_pulses.hpp"
#include "http/server/open_connections.hpp"
#include "http/server/rate_limits.hpp"
#include "http/server/router.hpp"
#include "http/server/tls_identity.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// For the bodies of requests that are arriving or being answered.
inline constexpr std::size_t memory_for_bodies = 128 << 20;

/// What the loops of a server share.
struct loop_shared {
  server_limits limits;
  std::shared_ptr<access_control> doors;
  cors_policy cors{};
  std::shared_ptr<tls_identity> tls{}; ///< null: plain HTTP
  trusted_proxies proxies{};
  rate_limits rates{rate_limit_options{}};
  failed_logins failed{bucket_size{}};
  address_counts address_connections{};  ///< of each peer that is no trusted proxy
  address_counts address_streams{};      ///< of each client
  std::shared_ptr<loop_pulses> pulses{}; ///< may be null
  open_connections connections{};
  memory_budget bodies{memory_for_bodies}; ///< those above 16 KiB, of all connections
  open_connections streams{};              ///< those of the connections that stream events
  std::atomic<std::size_t> in_flight = 0;  ///< requests whose answer is being waited for
  std::atomic<bool> draining = false;      ///< answers announce that their connection closes
};

/// One thread with its own connections. All functions but `context` are for that thread, or for
/// times at which it does not run.
class event_loop {
public:
  explicit event_loop(loop_shared& shared);

  /// Where the handlers' own waits belong: what is posted to it runs on this thread.
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  void set_routes(router routes) {
    routes_ = std::move(routes);
    traffic_.prepare(routes_.size());
  }

  /// Runs until the context is stopped.
  void run();

  /// Takes over an accepted socket, which counts as open already, and the place of its address.
  void adopt(int fd, std::string address, address_place place = {});

  /// Closes the connection that can best be done without if there are more than there should be.
  void make_room();

  /// Closes idle connections; the others close after their answer.
  void drain();

  /// Closes all connections at once.
  void cut();

  // -- for its connections
  [[nodiscard]] loop_shared& shared() { return shared_; }
  [[nodiscard]] const router& routes() const { return routes_; }

  /// The policy for the request that has just arrived.
  [[nodiscard]] const access_policy& policy() {
    if (const auto version = shared_.doors->version(); version != policy_version_) {
      policy_ = shared_.doors->current();
      policy_version_ = version;
    }
    return *policy_;
  }
  /// Changes when the policy is replaced.
  [[nodiscard]] std::uint64_t policy_version() const { return shared_.doors->version(); }

  [[nodiscard]] loop_traffic& traffic() { return traffic_; }
  [[nodiscard]] const loop_traffic& traffic() const { return traffic_; }
  [[nodiscard]] auto& waits() { return deadlines_; }
  [[nodiscard]] access_logger& accesses() { return accesses_; }
  [[nodiscard]] std::array<char, 65'536>& scratch() { return scratch_; }

private:
  void sweep_later();
  [[nodiscard]] std::vector<std::shared_ptr<connection>> all();

  loop_shared& shared_;
  router routes_;
  std::shared_ptr<const access_policy> policy_;
  std::uint64_t policy_version_ = 0;
  loop_traffic traffic_;
  std::array<char, 65'536> scratch_{}; ///< what a connection reads before it looks at it
  deadlines<connection> deadlines_;
  access_logger accesses_;
  std::shared_ptr<loop_pulses::pulse> pulse_; ///< while it runs
  boost::intrusive::list<connection, boost::intrusive::base_hook<member_hook>,
                         boost::intrusive::constant_time_size<false>>
      connections_;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer sweeper_{context_};
};

} // namespace standings
