#include "actors/health.hpp"

#include "actors/supervision/system.hpp"

#include <algorithm>
#include <memory>

namespace standings {

/// Collects the replies; the last one completes the report.
struct health_state::gathering {
  caf::typed_response_promise<health_report> answer;
  health_report report;
  std::size_t missing = 0;
  std::chrono::milliseconds limit{0}; ///< for each reply
  std::int64_t writers = 0;
  std::int64_t writers_ready = 0;
  bool* started = nullptr; ///< points to health_state::started

  void one_done() {
    if (--missing > 0)
      return;
    const auto down = [](const child_status& c) {
      return c.state != child_state::running;
    };
    auto& r = report;
    const bool can_write = writers > 0 && writers_ready == writers;
    const bool starting = std::any_of(r.gauges.begin(), r.gauges.end(), [](const auto& g) {
      return g.first == "reconcile_starting" && g.second != 0;
    });
    *started = *started || (can_write && !starting);
    r.degraded = r.degraded || !can_write || std::any_of(r.children.begin(), r.children.end(), down)
                 || std::any_of(r.workers.begin(), r.workers.end(), down);
    r.ready = *started && r.hydration.complete && r.hydration.cache_reachable;
    answer.deliver(std::move(report));
  }

  void add(component_status status) {
    auto& r = report;
    std::move(status.workers.begin(), status.workers.end(), std::back_inserter(r.workers));
    std::move(status.gauges.begin(), status.gauges.end(), std::back_inserter(r.gauges));
  }
};

/// Replies are handled only after all requests are sent, so `missing` is final by then.
template <class Answer, class Handle, class Message, class Take>
void health_state::ask(const Handle& whom, Message question, std::shared_ptr<gathering> g,
                       Take take) {
  ++g->missing;
  self->request(whom, g->limit, question)
      .then(
          [g, take](Answer& answer) {
            take(answer);
            g->one_done();
          },
          [g](const caf::error&) {
            g->report.degraded = true;
            g->one_done();
          });
}

namespace {

std::int64_t gauge(const component_status& status, const std::string& name) {
  for (const auto& [key, value] : status.gauges)
    if (key == name)
      return value;
  return 0;
}

} // namespace

bool database_is_away(const health_report& report) {
  const auto is_down = [](const child_status& c) {
    // period_clock queries the database every few seconds, with or without updates
    return (c.name == "period_clock" || c.name.starts_with("score_writer/"))
           && c.state != child_state::running;
  };
  return !report.hydration.database_reachable
         || std::any_of(report.children.begin(), report.children.end(), is_down)
         || std::any_of(report.workers.begin(), report.workers.end(), is_down);
}

caf::result<health_report> health_state::gather(std::chrono::milliseconds within) {
  auto g = std::make_shared<gathering>();
  g->answer = self->make_response_promise<health_report>();
  g->started = &started;
  g->limit = within;
  const auto add = [g](component_status& status) {
    g->add(std::move(status));
  };
  ask<component_status>(root, get_status{}, g, [g](component_status& status) {
    g->report.children = std::move(status.workers);
  });
  ask<component_status>(scores, get_status{}, g, [g](component_status& status) {
    g->writers = static_cast<std::int64_t>(status.workers.size());
    g->writers_ready = gauge(status, "writers_ready");
    g->add(std::move(status));
  });
  ask<component_status>(loads, get_status{}, g, add);
  for (const auto& feature : features)
    ask<component_status>(feature, get_status{}, g, add);
  ask<hydration_status>(loads, get_hydration_status{}, g, [g](hydration_status& progress) {
    g->report.hydration = std::move(progress);
  });
  return g->answer;
}

health_actor::behavior_type health(health_actor::stateful_pointer<health_state> self,
                                   supervisor_actor root, scoring_actor scoring,
                                   hydration_actor hydration, std::vector<status_actor> features) {
  self->state.root = std::move(root);
  self->state.scores = std::move(scoring);
  self->state.loads = std::move(hydration);
  self->state.features = std::move(features);
  end_on_exception(self);
  return {
      [self](get_status) { return self->state.gather(self->state.limit); },
      [self](get_prompt_status) { return self->state.gather(self->state.prompt_limit); },
  };
}

} // namespace standings
