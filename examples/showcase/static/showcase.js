// What a refused event was told, shown on the page where it has a place for it.
addEventListener("relive:error", ({ detail }) => {
  const place = document.getElementById("refused");
  if (place) place.textContent = detail.message;
});

// The hook of the page about server push.
(window.relive ??= {}).hooks = {
  Thanks: {
    mounted() {
      let times = 0;
      this.handleEvent("thanks", (answer) => {
        this.el.querySelector("#thanks").textContent = `Thanks for “${answer}”!`;
        this.pushEvent("thanked", { times: ++times });
      });
    },
  },
};
