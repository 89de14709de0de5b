#pragma once
// A station of c equal servers and one queue, on the calendar: what the queueing tests play.

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "sim/calendar.h"
#include "sim/fifo.h"

namespace ridgeline::sim {

/// Customers: when each arrives (ascending) and how long each is served.
struct Customers {
  std::vector<Nanoseconds> arrival, service;
};

/// Poisson arrivals; exponential service of the given mean, or constant.
enum class ServiceLaw { exponential, constant };
inline Customers draw_customers(std::size_t count, Hertz rate, Seconds mean_service, ServiceLaw law,
                                std::uint64_t seed) {
  RandomStream arrivals(seed, "arrivals"), services(seed, "services");
  Customers drawn;
  Nanoseconds at{0};
  for (std::size_t i = 0; i < count; ++i) {
    at += arrivals.exponential_gap(rate);
    drawn.arrival.push_back(at);
    drawn.service.push_back(law == ServiceLaw::constant
                                ? to_nanoseconds(mean_service)
                                : services.exponential_gap(Hertz(1 / mean_service.value())));
  }
  return drawn;
}

/// What the station saw: the wait of each customer, and the integral over time of the number in the system.
struct Stay {
  std::vector<Nanoseconds> wait;
  double customer_nanoseconds = 0;
  Nanoseconds end{0};
};

class Station {
 public:
  Station(const Customers& customers, unsigned servers) : customers_(customers), free_(servers) {}

  Stay play() {
    stay_.wait.resize(customers_.arrival.size());
    if (!customers_.arrival.empty()) calendar_.schedule(customers_.arrival[0], {Kind::arrival, 0});
    calendar_.run([this](const Payload& p) { handle(p); });
    stay_.end = calendar_.now();
    return stay_;
  }

 private:
  enum class Kind : std::uint32_t { arrival, departure };
  struct Payload {
    Kind kind;
    std::uint32_t customer;
  };

  void handle(const Payload& p) {
    stay_.customer_nanoseconds += in_system_ * static_cast<double>((calendar_.now() - last_change_).count());
    last_change_ = calendar_.now();
    if (p.kind == Kind::departure) {
      --in_system_;
      ++free_;
    } else {
      ++in_system_;
      waiting_.push(p.customer);
      const std::uint32_t next = p.customer + 1;
      if (next < customers_.arrival.size()) {
        calendar_.schedule(customers_.arrival[next], {Kind::arrival, next});
      }
    }
    if (free_ > 0 && !waiting_.empty()) serve();
  }

  void serve() {
    const std::uint32_t customer = waiting_.front();
    waiting_.pop();
    --free_;
    stay_.wait[customer] = calendar_.now() - customers_.arrival[customer];
    calendar_.schedule_after(customers_.service[customer], {Kind::departure, customer});
  }

  const Customers& customers_;
  unsigned free_;
  Calendar<Payload> calendar_;
  Fifo<std::uint32_t> waiting_;
  double in_system_ = 0;
  Nanoseconds last_change_{0};
  Stay stay_;
};

/// The second road: customer by customer, no calendar. With one server this is Lindley's recursion
/// W' = max(0, W + S - A); with c, Kiefer and Wolfowitz's: the earliest server to be free takes the next.
inline std::vector<Nanoseconds> recursion_waits(const Customers& customers, unsigned servers) {
  std::vector<Nanoseconds> free_at(servers, Nanoseconds{0}), wait;
  for (std::size_t i = 0; i < customers.arrival.size(); ++i) {
    auto earliest = std::min_element(free_at.begin(), free_at.end());
    const Nanoseconds start = std::max(customers.arrival[i], *earliest);
    wait.push_back(start - customers.arrival[i]);
    *earliest = start + customers.service[i];
  }
  return wait;
}

/// A mean with its standard error by batch means: waits of one queue are correlated, those of batches many
/// times longer than the queue's memory nearly are not.
struct BatchMeans {
  double mean = 0, standard_error = 0;
};
inline BatchMeans batch_means(const std::vector<Nanoseconds>& values, std::size_t batches) {
  const std::size_t length = values.size() / batches;
  std::vector<double> means;
  for (std::size_t b = 0; b < batches; ++b) {
    double sum = 0;
    for (std::size_t i = b * length; i < (b + 1) * length; ++i) sum += to_seconds(values[i]).value();
    means.push_back(sum / static_cast<double>(length));
  }
  BatchMeans result;
  for (const double m : means) result.mean += m / static_cast<double>(batches);
  double squares = 0;
  for (const double m : means) squares += (m - result.mean) * (m - result.mean);
  result.standard_error = std::sqrt(squares / static_cast<double>(batches * (batches - 1)));
  return result;
}

}  // namespace ridgeline::sim
