"use strict";(()=>{document.documentElement.classList.add("dj-connecting")})();
