// A list through its own elements: an element knows its neighbours, so that joining and leaving
// cost no memory and no search. An element leaves before it goes.
#pragma once

#include "base/check.hpp"

namespace sluice::live {

template <class T>
struct Links {
  T* previous = nullptr;
  T* next = nullptr;
  bool is_linked = false;
};

template <class T, Links<T> T::*kLinks>
class IntrusiveList {
 public:
  T* front() const noexcept { return first_; }
  T* back() const noexcept { return last_; }
  static T* before(const T& element) noexcept { return (element.*kLinks).previous; }
  static T* behind(const T& element) noexcept { return (element.*kLinks).next; }
  static bool is_in_list(const T& element) noexcept { return (element.*kLinks).is_linked; }

  void push_back(T& element) noexcept { insert_behind(last_, element); }

  // Null: it becomes the first.
  void insert_behind(T* place, T& element) noexcept {
    Links<T>& links = element.*kLinks;
    SLUICE_CHECK(!links.is_linked);
    T* const next = place != nullptr ? (place->*kLinks).next : first_;
    links = {.previous = place, .next = next, .is_linked = true};
    (place != nullptr ? (place->*kLinks).next : first_) = &element;
    (next != nullptr ? (next->*kLinks).previous : last_) = &element;
  }

  void remove(T& element) noexcept {
    Links<T>& links = element.*kLinks;
    SLUICE_CHECK(links.is_linked);
    (links.previous != nullptr ? (links.previous->*kLinks).next : first_) = links.next;
    (links.next != nullptr ? (links.next->*kLinks).previous : last_) = links.previous;
    links = {};
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace sluice::live
