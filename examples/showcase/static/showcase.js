// What a refused event was told, shown on the page where it has a place for it.
addEventListener("relive:error", ({ detail }) => {
  const place = document.getElementById("refused");
  if (place) place.textContent = detail.message;
});
