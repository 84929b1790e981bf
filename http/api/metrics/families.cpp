#include "http/api/metrics/families.hpp"

#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <utility>

namespace standings {

prometheus::ClientMetric& metric_families::sample(const std::string& name, const char* help,
                                                  prometheus::MetricType type, labels with) {
  const auto [at, is_new] = by_name_.try_emplace(name, families_.size());
  if (is_new)
    families_.push_back({name, help, type, {}});
  auto& out = families_[at->second].metric.emplace_back();
  out.label = std::move(with);
  return out;
}

void metric_families::counter(const std::string& name, const char* help, labels with,
                              double value) {
  sample(name, help, prometheus::MetricType::Counter, std::move(with)).counter.value = value;
}

void metric_families::gauge(const std::string& name, const char* help, labels with, double value) {
  sample(name, help, prometheus::MetricType::Gauge, std::move(with)).gauge.value = value;
}

void metric_families::histogram(const std::string& name, const char* help, labels with,
                                bucket_bounds bounds, const histogram_totals& totals, double unit) {
  auto& to = sample(name, help, prometheus::MetricType::Histogram, std::move(with)).histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < totals.counts.size(); ++i) {
    below += totals.counts[i];
    const bool last = i == bounds.size();
    // via the decimal text, so that 2.5 ms is printed as 0.0025
    const auto bound = last ? std::numeric_limits<double>::infinity()
                            : std::stod(std::to_string(static_cast<double>(bounds[i]) * unit));
    to.bucket.push_back({below, bound});
  }
  to.sample_count = below;
  to.sample_sum = static_cast<double>(totals.sum) * unit;
}

std::string metric_families::text() const {
  return prometheus::TextSerializer{}.Serialize(families_);
}

} // namespace standings
