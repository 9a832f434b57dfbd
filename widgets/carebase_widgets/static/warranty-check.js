export class WarrantyCheck extends HTMLElement {}
