#include "model/ops/advance.h"

#include <algorithm>

namespace model {
namespace {

std::vector<Flight>::iterator named(Kernel& k, FlightName name) {
    const auto at = std::ranges::find(k.flights, name, &Flight::name);
    if (at == k.flights.end())
        throw BadInput("no operation in flight is called " + std::string(name.view()),
                       "one that was begun and is not over");
    return at;
}

// While it goes on it is not among the others: it does not wait for itself.
template <class Enough> Result go_on(Kernel& k, FlightName name, Enough&& enough) {
    const auto at = named(k, name);
    const auto place = at - k.flights.begin();
    Flight f = std::move(*at);
    k.flights.erase(at);
    while (!is_over(f)) {
        advance(k, f);
        if (enough()) break;
    }
    if (is_over(f)) return result_of(f);
    k.flights.insert(k.flights.begin() + place, std::move(f));
    return {};
}

} // namespace

Result apply(Context c, const Advance& op) {
    return go_on(c.k, op.flight.v, [] { return true; });
}
Result apply(Context c, const Finish& op) {
    return go_on(c.k, op.flight.v, [] { return false; });
}

} // namespace model
