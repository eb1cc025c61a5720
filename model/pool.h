// A pool gives objects small integers for names. Freed names are used again, the last freed first, so that equal
// histories give equal pools. Names carry no meaning beyond identity: see canonical.h for equality up to renaming.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/fail.h"

namespace model {

// The name of a T; none() is the null pointer.
template <class T> struct Id {
    std::uint32_t n = UINT32_MAX;

    static constexpr Id none() { return {}; }
    constexpr explicit operator bool() const { return n != UINT32_MAX; }
    friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

template <class T> class Pool {
  public:
    // Makes an object and names it.
    Id<T> make(T value) {
        Id<T> id;
        if (free_.empty()) {
            id.n = static_cast<std::uint32_t>(slots_.size());
            slots_.push_back(std::move(value));
        } else {
            id = free_.back();
            free_.pop_back();
            slots_[id.n] = std::move(value);
        }
        slots_[id.n].live = true;
        return id;
    }

    // Frees an object. Using its name afterwards is a defect of the model and throws Broken.
    void drop(Id<T> id) {
        require(alive(id), "an object is freed twice");
        slots_[id.n] = T{};
        free_.push_back(id);
    }

    bool alive(Id<T> id) const { return id.n < slots_.size() && slots_[id.n].live; }
    T& operator[](Id<T> id) {
        require(alive(id), "a freed object is used");
        return slots_[id.n];
    }
    const T& operator[](Id<T> id) const {
        require(alive(id), "a freed object is used");
        return slots_[id.n];
    }

    std::size_t live_count() const { return slots_.size() - free_.size(); }
    std::size_t capacity() const { return slots_.size(); } // names are below this number
    std::size_t bytes() const { return slots_.capacity() * sizeof(T) + free_.capacity() * sizeof(Id<T>); }
    // Makes room for one more use of a T: names up to n need no growth.
    void reserve(std::size_t n) { slots_.reserve(n); }

    // Calls f(id, object) for every live object, in the order of names.
    template <class F> void each(F&& f) const {
        for (std::uint32_t i = 0; i < slots_.size(); ++i)
            if (slots_[i].live) f(Id<T>{i}, slots_[i]);
    }

  private:
    std::vector<T> slots_; // T has a member `bool live`
    std::vector<Id<T>> free_;
};

} // namespace model
