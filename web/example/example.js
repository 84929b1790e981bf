const service = new URLSearchParams(location.search).get("service") ?? location.origin;
const { Standings } = await import(`${service}/standings.js`);

const scores = new Standings({ baseUrl: service });
const says = {
  connecting: "Connecting…",
  live: "Live",
  polling: "Asking every two seconds",
  reconnecting: "The service cannot be reached; trying again…",
  refused: "The service refuses",
  closed: "Closed",
};
let source = "";

function show(board) {
  source = board.source;
  const rows = board.entries.map(({ rank, user_id, score }) => {
    const row = document.createElement("tr");
    for (const text of [rank, user_id, score]) row.insertCell().textContent = text;
    return row;
  });
  document.querySelector("#board").replaceChildren(...rows);
}

function showState(state) {
  const from = source === "database" ? " (served from the database: the cache is away)" : "";
  document.querySelector("#state").textContent = says[state] + from;
}

const live = scores.live("daily", { limit: 10 }, {
  board: (board) => {
    show(board);
    showState(live.state);
  },
  state: showState,
});

document.querySelector("#count").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const result = document.querySelector("#result");
  try {
    const { data } = await scores.update(form.get("user"), Number(form.get("points")));
    result.textContent = `${data.user_id} has ${data.daily_pomo} today`;
  } catch (error) {
    result.textContent = `Not counted: ${error.message}`;
  }
});
