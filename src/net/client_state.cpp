// Which connection carries which call.
#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "net/client_connection.hpp"

namespace sluice::net {

// The connection used last comes first: the others may be closed one day.
void ClientState::assign(HttpCall& call) {
  while (!idle.empty()) {
    ClientConnection* const connection = idle.back();
    if (connection->is_usable()) {
      idle.pop_back();
      return connection->start(call);
    }
    connection->close();
  }
  if (!unclaimed.empty()) {
    ClientConnection* const connection = unclaimed.back();
    unclaimed.pop_back();
    return connection->start(call);
  }
  if (counters.connections_open < options.connections_max) return open(&call);
  waiting.push_back(&call);
}

void ClientState::open(HttpCall* call) {
  ++counters.connections_open;
  connections.push_back(std::make_unique<ClientConnection>(*this, connections.size()));
  ClientConnection& connection = *connections.back();
  connection.open();
  if (call == nullptr) {
    unclaimed.push_back(&connection);
  } else {
    connection.start(*call);
  }
}

void ClientState::put_back(ClientConnection& connection) {
  if (waiting.empty()) return idle.push_back(&connection);
  HttpCall& call = *waiting.front();
  waiting.pop_front();
  connection.start(call);
}

void ClientState::forget(ClientConnection& connection) {
  --counters.connections_open;
  std::erase(idle, &connection);
  std::erase(unclaimed, &connection);
  if (is_closed || waiting.empty()) return;
  HttpCall& call = *waiting.front();
  waiting.pop_front();
  open(&call);
}

void ClientState::destroy(std::size_t place) {
  const std::unique_ptr<ClientConnection> gone = std::move(connections[place]);
  if (place + 1 < connections.size()) {
    connections[place] = std::move(connections.back());
    connections[place]->place_ = place;
  }
  connections.pop_back();
}

}  // namespace sluice::net
