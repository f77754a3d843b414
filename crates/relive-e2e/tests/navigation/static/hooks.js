window.log = [];
(window.relive ??= {}).hooks = {
  Chart: {
    mounted() {
      log.push("mounted " + this.el.textContent.trim());
      this.handleEvent("greeting", (text) => log.push("greeting " + text));
      this.handleEvent("point", (points) => log.push("point " + points.join(" ")));
      this.el.onclick = async () => {
        await this.pushEvent("zoom", { to: +this.el.dataset.zoom + 1 });
        log.push("zoomed to " + this.el.dataset.zoom);
      };
    },
    updated() {
      log.push("updated " + this.el.textContent.trim());
    },
    destroyed() {
      log.push("destroyed");
    },
  },
};
