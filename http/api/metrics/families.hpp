#pragma once

#include "core/metrics/histogram.hpp"

#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Collects samples into metric families. The help of a family is that of its first sample.
class metric_families {
public:
  using labels = std::vector<prometheus::ClientMetric::Label>;

  void counter(const std::string& name, const char* help, labels with, double value);
  void gauge(const std::string& name, const char* help, labels with, double value);

  /// `unit`: what the histogram's unit is in that of the metric.
  void histogram(const std::string& name, const char* help, labels with, bucket_bounds bounds,
                 const histogram_totals& totals, double unit);

  /// The text format of Prometheus, version 0.0.4.
  [[nodiscard]] std::string text() const;

private:
  prometheus::ClientMetric& sample(const std::string& name, const char* help,
                                   prometheus::MetricType type, labels with);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

/// A histogram's unit for durations in nanoseconds.
inline constexpr double nanoseconds_as_seconds = 1e-9;

inline double as_number(bool value) {
  return value ? 1 : 0;
}

template <class Integer>
double as_number(Integer value) {
  return static_cast<double>(value);
}

} // namespace standings
