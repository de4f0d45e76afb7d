"use strict";
// The page is whole without this: here are only hints on points, sorting, finding, and showing one candidate everywhere.
(() => {
	const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
	const tip = document.createElement("div");
	tip.id = "tip";
	tip.hidden = true;
	tip.setAttribute("aria-hidden", "true"); // the points carry the same words as their label
	document.body.append(tip);

	const show = (point) => {
		const box = point.querySelector(".reach").getBoundingClientRect();
		tip.textContent = point.getAttribute("aria-label");
		tip.hidden = false;
		const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
		tip.style.left = Math.max(8, Math.min(box.right + 6, room)) + scrollX + "px";
		tip.style.top = Math.max(4, box.top - tip.offsetHeight - 6) + scrollY + "px";
	};
	const hide = () => { tip.hidden = true; };
	for (const point of all(".point")) {
		all("title", point).forEach((title) => title.remove());
		point.addEventListener("mouseenter", () => show(point));
		point.addEventListener("focus", () => show(point));
		point.addEventListener("mouseleave", hide);
		point.addEventListener("blur", hide);
	}
	document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

	const views = new Map();
	for (const view of all(".point, .row[data-c], #table tr[data-c]")) {
		const group = views.get(view.dataset.c) || [];
		group.push(view);
		views.set(view.dataset.c, group);
		const light = (on) => () => group.forEach((one) => one.classList.toggle("on", on));
		view.addEventListener("mouseenter", light(true));
		view.addEventListener("mouseleave", light(false));
	}

	const sortable = (table) => {
		const body = table.tBodies[0];
		const heads = all("thead th", table);
		heads.forEach((head, column) => {
			const button = document.createElement("button");
			button.type = "button";
			button.textContent = head.textContent;
			head.replaceChildren(button);
			button.addEventListener("click", () => {
				const figures = !head.classList.contains("text");
				const before = head.getAttribute("aria-sort");
				const down = before ? before === "ascending" : figures;
				heads.forEach((other) => other.removeAttribute("aria-sort"));
				head.setAttribute("aria-sort", down ? "descending" : "ascending");
				const key = (row) => figures ? Number(row.cells[column].dataset.v) : row.cells[column].textContent;
				const order = (a, b) => figures ? a - b : a.localeCompare(b);
				const rows = Array.from(body.rows).sort((a, b) => (down ? -1 : 1) * order(key(a), key(b)));
				body.append(...rows);
			});
		});
	};
	all("table").forEach(sortable);

	const tools = document.getElementById("tools");
	const rows = all("#table tbody tr");
	if (tools && rows.length > 6) {
		const find = document.getElementById("find");
		const state = document.getElementById("state");
		const count = document.getElementById("count");
		for (const word of new Set(rows.map((row) => row.cells[1].textContent))) state.add(new Option(word, word));
		const filter = () => {
			const words = find.value.toLowerCase().split(/\s+/);
			let left = 0;
			for (const row of rows) {
				const text = row.textContent.toLowerCase();
				row.hidden = !words.every((word) => text.includes(word)) || (state.value && row.cells[1].textContent !== state.value);
				left += !row.hidden;
			}
			count.textContent = left < rows.length ? left + " of " + rows.length : "";
		};
		find.addEventListener("input", filter);
		state.addEventListener("change", filter);
		tools.addEventListener("submit", (event) => event.preventDefault());
		tools.hidden = false;
	}
	addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; }));
})();
